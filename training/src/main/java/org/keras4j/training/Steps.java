package org.keras4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.keras4j.ops.engine.Engine;
import org.keras4j.ops.engine.Jit;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.HostData;

/** The compiled steps of a model: batches from the host in, results out. */
final class Steps {
  private final Trainer model;
  private final Jit train;
  private final Jit test;
  private final Jit scored;
  private final Jit predict;

  Steps(Trainer model) {
    this.model = model;
    this.train = Jit.updating(x -> model.trainStep(counted(x)));
    this.test = Jit.updating(x -> model.testStep(counted(x)));
    this.scored = Jit.of(this::score);
    this.predict = Jit.of(x -> model.predictStep(batch(x)));
  }

  void clear() {
    train.clear();
    test.clear();
    scored.clear();
    predict.clear();
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
   * One step of evaluation whose metrics live in {@code state}, so that evaluations run side by side.
   *
   * @param state the values of the metrics' variables, replaced by the new ones
   * @return the logs, on the device
   */
  @SuppressWarnings("unchecked")
  Map<String, Object> score(Batch b, List<Tensor> state) {
    model.lock().readLock().lock();
    try (TensorScope scope = new TensorScope()) {
      List<Object> in = new ArrayList<>(onDevice(b));
      in.add(List.copyOf(state));
      List<Object> out = (List<Object>) (model.runsEagerly() ? score(in) : scored.call(in));
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
    model.lock().readLock().lock();
    try (TensorScope scope = new TensorScope()) {
      List<Object> in = onDevice(b);
      Object out = model.runsEagerly() ? model.predictStep(batch(in)) : predict.call(in);
      return Engine.toHost(out);
    } finally {
      model.lock().readLock().unlock();
    }
  }
}
