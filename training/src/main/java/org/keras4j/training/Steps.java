package org.keras4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.Backend;
import org.keras4j.ops.Ops;
import org.keras4j.ops.Scanned;
import org.keras4j.ops.engine.Engine;
import org.keras4j.ops.engine.Jit;
import org.keras4j.ops.engine.Prims;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.HostData;

/** The compiled steps of a model: batches from the host in, results out. */
final class Steps {
  private final Trainer model;
  private final Jit train;
  private final Jit group;
  private final Jit test;
  private final Jit scored;
  private final Jit predict;
  private final Jit scoredGroup;
  private final Jit predictGroup;
  private final Grouping training;
  private final Grouping evaluation;
  private final Grouping prediction;

  Steps(Trainer model) {
    this.model = model;
    this.train = Jit.updating(x -> model.trainStep(counted(x)));
    this.group = Jit.updating(this::steps);
    this.test = Jit.updating(x -> model.testStep(counted(x)));
    this.scored = Jit.of(this::score);
    this.predict = Jit.of(x -> model.predictStep(batch(x)));
    this.scoredGroup = Jit.of(this::scores);
    this.predictGroup = Jit.of(x -> each(x, b -> model.predictStep(batch(b))));
    this.training = new Grouping(train::work);
    this.evaluation = new Grouping(scored::work);
    this.prediction = new Grouping(predict::work);
  }

  void clear() {
    train.clear();
    group.clear();
    scoredGroup.clear();
    predictGroup.clear();
    training.clear();
    evaluation.clear();
    prediction.clear();
    test.clear();
    scored.clear();
    predict.clear();
  }

  /** How many steps of training one executable runs. */
  Grouping training() {
    return training;
  }

  /** How many steps of evaluation one executable runs. */
  Grouping evaluation() {
    return evaluation;
  }

  /** How many steps of prediction one executable runs. */
  Grouping prediction() {
    return prediction;
  }

  // what a step that updates metrics takes: the batch, and whether the metrics start anew with it
  private static List<@Nullable Object> counted(List<@Nullable Object> parts, boolean fresh) {
    parts.add(fresh);
    return parts;
  }

  private Batch counted(@Nullable Object parts) {
    if (Boolean.TRUE.equals(((List<?>) parts).get(3))) {
      model.resetMetrics(); // a part of the program: no number is sent to the device for it
    }
    return batch(parts);
  }

  private static Batch batch(@Nullable Object parts) {
    List<?> l = (List<?>) parts;
    return new Batch(l.get(0), l.get(1), l.get(2));
  }

  // ---- batches

  /** A batch of arrays; whatever array-likes are given. */
  Batch hostBatch(Object x, @Nullable Object y, @Nullable Object sampleWeight) {
    return new Batch(HostData.of(x), HostData.of(y), HostData.of(sampleWeight));
  }

  private static List<@Nullable Object> onDevice(Batch b) {
    Backend backend = Keras.backend();
    List<@Nullable Object> out = new ArrayList<>(3);
    for (Object part : Arrays.asList(b.x(), b.y(), b.sampleWeight())) {
      out.add(
          part instanceof NDArray a
              ? device(backend, a)
              : Nest.map(part, v -> v instanceof NDArray a ? device(backend, a) : v));
    }
    return out;
  }

  private static Object device(Backend backend, NDArray a) {
    if (a.dtype() == DType.STRING) {
      return a;
    }
    return Engine.toDevice(backend, a);
  }

  /** A batch of arrays with all of them on the device; {@link #release} frees it. */
  static Batch placed(Batch b) {
    List<@Nullable Object> parts = onDevice(b);
    return new Batch(java.util.Objects.requireNonNull(parts.get(0)), parts.get(1), parts.get(2));
  }

  /** Frees what {@link #placed} made. */
  static void release(Batch b) {
    for (Object part : Arrays.asList(b.x(), b.y(), b.sampleWeight())) {
      Nest.tensors(part).forEach(Tensor::close);
    }
  }

  // ---- steps

  /**
   * One step of training; its logs still lie on the device.
   *
   * @param fresh whether the metrics are reset before it
   */
  @SuppressWarnings("unchecked")
  Map<String, Object> train(Batch b, boolean fresh) {
    model.lock().writeLock().lock();
    try (TensorScope scope = new TensorScope()) {
      List<Object> in = counted(onDevice(b), fresh);
      Map<String, Object> logs = (Map<String, Object>)
          (model.runsEagerly() ? model.trainStep(counted(in)) : train.call(in));
      return kept(scope, logs);
    } finally {
      model.lock().writeLock().unlock();
    }
  }

  /**
   * Several steps of training, one after another in one executable.
   *
   * @param b the steps' batches, stacked along a new first axis
   * @return the logs of the last one, on the device
   */
  @SuppressWarnings("unchecked")
  Map<String, Object> trainGroup(Batch b) {
    model.lock().writeLock().lock();
    try (TensorScope scope = new TensorScope()) {
      return kept(scope, (Map<String, Object>) group.call(onDevice(b)));
    } finally {
      model.lock().writeLock().unlock();
    }
  }

  private @Nullable Object steps(@Nullable Object stacked) {
    return last(each(stacked, b -> model.trainStep(batch(b))));
  }

  /** What a step gives for each of the stacked batches, stacked; for tracing. */
  private static @Nullable Object each(@Nullable Object stacked, UnaryOperator<Object> step) {
    return loop(stacked, List.of(), (none, b) -> new Scanned<>(none, step.apply(b)))
        .output();
  }

  private static Scanned<List<Tensor>, Object> loop(
      @Nullable Object stacked,
      List<Tensor> state,
      BiFunction<List<Tensor>, Object, Scanned<List<Tensor>, Object>> step) {
    List<@Nullable Object> form = new ArrayList<>((List<?>) stacked);
    return Ops.<List<Tensor>, List<Tensor>, Object>scan(
        (before, slices) -> {
          Iterator<Tensor> it = slices.iterator();
          return step.apply(before, Nest.map(form, x -> x instanceof Tensor ? it.next() : x));
        },
        state,
        Nest.tensors(form));
  }

  private static @Nullable Object last(@Nullable Object rows) {
    return Nest.map(rows, x -> x instanceof Tensor t ? last(t) : x);
  }

  private static Tensor last(Tensor rows) {
    long n = rows.shape().dim(0);
    return Prims.reshape(Prims.slice(rows, 0, n - 1, n), rows.shape().slice(1));
  }

  /** One step of evaluation with the model's own metrics; {@code fresh} as in {@link #train}. */
  @SuppressWarnings("unchecked")
  Map<String, Object> test(Batch b, boolean fresh) {
    model.lock().writeLock().lock();
    try (TensorScope scope = new TensorScope()) {
      List<Object> in = counted(onDevice(b), fresh);
      Map<String, Object> logs =
          (Map<String, Object>) (model.runsEagerly() ? model.testStep(counted(in)) : test.call(in));
      return kept(scope, logs);
    } finally {
      model.lock().writeLock().unlock();
    }
  }

  private static Map<String, Object> kept(TensorScope scope, Map<String, Object> logs) {
    logs.values().forEach(v -> Nest.tensors(v).forEach(scope::keep));
    return logs;
  }

  /**
   * Steps of evaluation whose metrics live in {@code state}, so that evaluations run side by side.
   *
   * @param state the values of the metrics' variables, replaced by the new ones
   * @return the logs, on the device
   */
  @SuppressWarnings("unchecked")
  Map<String, Object> score(Portion p, List<Tensor> state) {
    model.lock().readLock().lock();
    try (TensorScope scope = new TensorScope()) {
      List<Object> in = new ArrayList<>(onDevice(p.batch()));
      in.add(List.copyOf(state));
      Jit jit = p.steps() > 1 ? scoredGroup : scored;
      List<Object> out = (List<Object>) (model.runsEagerly() ? score(in) : jit.call(in));
      List<Tensor> before = List.copyOf(state);
      state.clear();
      for (Object t : (List<Object>) out.get(1)) {
        state.add(scope.keep((Tensor) t));
      }
      before.stream().filter(t -> !state.contains(t)).forEach(Tensor::close);
      return kept(scope, (Map<String, Object>) out.get(0));
    } finally {
      model.lock().readLock().unlock();
    }
  }

  private Object score(@Nullable Object parts) {
    List<?> l = (List<?>) parts;
    List<Variable> variables = model.metricVariables();
    List<?> given = (List<?>) l.get(3);
    Map<Variable, Tensor> values = new LinkedHashMap<>();
    for (int i = 0; i < variables.size(); i++) {
      values.put(variables.get(i), (Tensor) given.get(i));
    }
    try (StatelessScope scope = new StatelessScope(values)) {
      Map<String, ?> logs = model.testStep(batch(l));
      List<Tensor> after = variables.stream().map(scope::value).toList();
      List<Object> out = new ArrayList<>();
      out.add(logs);
      out.add(after);
      return out;
    }
  }

  @SuppressWarnings("unchecked")
  private Object scores(@Nullable Object parts) {
    List<?> l = (List<?>) parts;
    Scanned<List<Tensor>, Object> all =
        loop(l.subList(0, 3), (List<Tensor>) l.get(3), (state, b) -> {
          List<Object> in = new ArrayList<>((List<?>) b);
          in.add(state);
          List<?> out = (List<?>) score(in);
          return new Scanned<>((List<Tensor>) out.get(1), out.get(0));
        });
    return Arrays.asList(last(all.output()), all.carry());
  }

  /** The start of {@link #score}'s state. */
  List<Tensor> freshState() {
    List<Variable> variables = model.metricVariables();
    Map<Variable, Tensor> none = new LinkedHashMap<>();
    try (StatelessScope scope = new StatelessScope(none)) {
      model.metrics().forEach(org.keras4j.training.metrics.Metric::resetState);
      List<Tensor> out = new ArrayList<>();
      variables.forEach(v -> out.add(scope.value(v)));
      return out;
    }
  }

  /** The outputs of one batch, on the host. */
  Object predict(Batch b) {
    return predict(b, predict);
  }

  /** The outputs of stacked batches, stacked, on the host. */
  Object predictGroup(Batch b) {
    return predict(b, predictGroup);
  }

  private Object predict(Batch b, Jit jit) {
    model.lock().readLock().lock();
    try (TensorScope scope = new TensorScope()) {
      List<Object> in = onDevice(b);
      Object out = model.runsEagerly() ? model.predictStep(batch(in)) : jit.call(in);
      return Engine.toHost(out);
    } finally {
      model.lock().readLock().unlock();
    }
  }
}
