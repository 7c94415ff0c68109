package org.keras4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.SparseArray;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BadIndexException;
import org.keras4j.layers.CallArgs;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.compile.Lowered;
import org.keras4j.ops.compile.Ready;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.SparseForms;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.data.HostData;
import org.keras4j.training.internal.feed.Grouping;
import org.keras4j.training.internal.feed.StepGroup;

/** The compiled steps of a model: batches from the host in, results out. */
final class Steps {
  private final Trainer model;
  private final Jit train;
  private final Jit test;
  private final Jit score;
  private final Jit predict;
  private final Jit gradients;
  private final Grouping training;
  private final Grouping evaluation;
  private final Grouping prediction;

  Steps(Trainer model) {
    this.model = model;
    this.train = Jit.updating(x -> model.trainStep(counted(x))).distributed();
    this.test = Jit.updating(x -> model.testStep(counted(x))).distributed();
    this.score = Jit.stateful(this::scored).distributed();
    this.predict = Jit.of(x -> model.predictStep(batch(x))).distributed();
    this.gradients = Jit.of(x -> model.gradientStep(batch(x)));
    this.training = new Grouping(train::work);
    this.evaluation = new Grouping(score::work);
    this.prediction = new Grouping(predict::work);
  }

  void clear() {
    for (Jit j : List.of(train, test, score, predict, gradients)) {
      j.clear();
    }
    for (Grouping g : List.of(training, evaluation, prediction)) {
      g.clear();
    }
  }

  /** How many steps of training one executable runs, in a run through a source. */
  Grouping.Plan training(DataSource source, Callback callbacks, int ahead) {
    return plan(training, source, callbacks, ahead);
  }

  /** How many steps of evaluation one executable runs, in a run through a source. */
  Grouping.Plan evaluation(DataSource source, Callback callbacks, int ahead) {
    return plan(evaluation, source, callbacks, ahead);
  }

  /** How many steps of prediction one executable runs, in a run through a source. */
  Grouping.Plan prediction(DataSource source, Callback callbacks, int ahead) {
    return plan(prediction, source, callbacks, ahead);
  }

  private Grouping.Plan plan(Grouping steps, DataSource source, Callback callbacks, int ahead) {
    // processes, and devices, work together on one step at a time
    boolean compiled = !model.runsEagerly() && Together.now() == null && !Together.isOnMesh();
    Compilation given = model.compilation();
    return steps.plan(
        source,
        compiled ? given.stepsPerExecution() : 1,
        compiled && given.groupsByItself() && !callbacks.looksAtBatches(),
        ahead);
  }

  // ---- batches

  /** A batch of arrays; whatever array-likes are given. */
  Batch hostBatch(Object x, @Nullable Object y, @Nullable Object sampleWeight) {
    return new Batch(
        Objects.requireNonNull(HostData.of(x)), HostData.of(y), HostData.of(sampleWeight));
  }

  // what a step that updates metrics takes: the batch, and whether the metrics start anew with it
  private static List<@Nullable Object> counted(Batch b, boolean fresh) {
    return Arrays.asList(b.x(), b.y(), b.sampleWeight(), fresh);
  }

  private Batch counted(@Nullable Object parts) {
    if (Boolean.TRUE.equals(((List<?>) Objects.requireNonNull(parts)).get(3))) {
      model.resetMetrics(); // a part of the program: no number is sent to the device for it
    }
    return batch(parts);
  }

  /** A batch as the argument of a compiled step. */
  static List<@Nullable Object> parts(Batch b) {
    return Arrays.asList(b.x(), b.y(), b.sampleWeight());
  }

  /** The batch that {@link #parts} made an argument of. */
  static Batch batch(@Nullable Object parts) {
    List<?> l = (List<?>) Objects.requireNonNull(parts);
    return new Batch(l.get(0), l.get(1), l.get(2));
  }

  /** The batch with its numbers on the device, for steps that are not compiled; strings stay on the host. */
  private static Batch onDevice(Batch b) {
    Backend backend = Keras.backend();
    return batch(Nest.map(
        parts(b),
        v -> v instanceof NDArray a && a.dtype() != DType.STRING
            ? Engine.toDevice(backend, a)
            : v instanceof SparseArray s
                ? SparseForms.tensor(s, a -> Engine.toDevice(backend, a))
                : v));
  }

  /**
   * A group for training made ready, whose arrays may be overwritten afterwards: what is for the host has run,
   * numbers lie on the device. {@link #release} frees them.
   */
  StepGroup ready(StepGroup p) {
    return model.runsEagerly()
        ? p.with(copied(p.batch()))
        : p.with(train.prepare(counted(p.batch(), false), p.steps(), true));
  }

  private static Batch copied(Batch b) {
    return batch(Nest.map(parts(b), v -> v instanceof NDArray a ? a.copy() : v));
  }

  /** Frees what {@link #ready} brought to the device. */
  static void release(StepGroup p) {
    if (p.ready() != null) {
      p.ready().close();
    }
  }

  // ---- steps

  /** A step as a graph for other runtimes; of evaluation with the model's own metrics. */
  Lowered lowered(StepProgram.Step step, Batch b, @Nullable Mesh mesh) {
    model.lock().readLock().lock();
    try (TensorScope scope = new TensorScope()) {
      return switch (step) {
        case TRAIN -> train.lowered(counted(b, false), mesh);
        case EVALUATE -> test.lowered(counted(b, false), mesh);
        case PREDICT -> predict.lowered(parts(b), mesh);
      };
    } finally {
      model.lock().readLock().unlock();
    }
  }

  /** Steps of training, one after another; the logs of the last one, still on the device. */
  Map<String, Object> train(StepGroup p) {
    return updating(train, p, false, model::trainStep);
  }

  /**
   * One step of training; its logs still lie on the device.
   *
   * @param fresh whether the metrics are reset before it
   */
  Map<String, Object> train(Batch b, boolean fresh) {
    return updating(train, new StepGroup(b, 1), fresh, model::trainStep);
  }

  /** One step of evaluation with the model's own metrics; {@code fresh} as in {@link #train}. */
  Map<String, Object> test(Batch b, boolean fresh) {
    return updating(test, new StepGroup(b, 1), fresh, model::testStep);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> updating(
      Jit jit, StepGroup p, boolean fresh, Function<Batch, Map<String, ?>> step) {
    model.lock().writeLock().lock();
    try (TensorScope scope = new TensorScope()) {
      Object logs;
      if (model.runsEagerly()) {
        logs = step.apply(counted(counted(onDevice(p.batch()), fresh)));
      } else {
        Ready r = p.ready();
        r = r != null ? r : jit.prepare(counted(p.batch(), fresh), p.steps(), false);
        logs = run(jit, r, List.of()).get(0).output();
      }
      return kept(scope, (Map<String, Object>) Objects.requireNonNull(logs));
    } finally {
      model.lock().writeLock().unlock();
    }
  }

  private List<Jit.Step> run(Jit jit, Ready r, List<Tensor> state) {
    try {
      return jit.call(r, state);
    } catch (BadIndexException e) {
      throw named(r, e);
    }
  }

  /**
   * What to say of an index that an executable could not use: of the layer that had it, which an executable does not know. So
   * the outputs are computed once more, layer by layer, and nothing is kept of that.
   */
  private RuntimeException named(Ready r, BadIndexException e) {
    try (StatelessScope nothing = new StatelessScope(Map.of())) {
      for (Object call : r.calls()) {
        model.invokeNested(batch(call).x(), CallArgs.training(false));
      }
    } catch (IllegalArgumentException layer) {
      return layer;
    } catch (RuntimeException other) {
      e.addSuppressed(other);
    }
    return e;
  }

  private static Map<String, Object> kept(TensorScope scope, Map<String, Object> logs) {
    logs.values().forEach(v -> Nest.tensors(v).forEach(scope::keep));
    return logs;
  }

  /**
   * Steps of evaluation whose metrics live in {@code state}, so that evaluations run side by side.
   *
   * @param state the values of the metrics' variables, replaced by the new ones
   * @return the logs of the last step, on the device
   */
  @SuppressWarnings("unchecked")
  Map<String, Object> score(StepGroup p, List<Tensor> state) {
    model.lock().readLock().lock();
    try (TensorScope scope = new TensorScope()) {
      Jit.Step out = model.runsEagerly()
          ? scored(state, parts(onDevice(p.batch())))
          : run(score, score.prepare(parts(p.batch()), p.steps(), false), state).get(0);
      List<Tensor> before = List.copyOf(state);
      state.clear();
      out.state().forEach(t -> state.add(scope.keep(t)));
      before.stream().filter(t -> !state.contains(t)).forEach(Tensor::close);
      return kept(scope, (Map<String, Object>) Objects.requireNonNull(out.output()));
    } finally {
      model.lock().readLock().unlock();
    }
  }

  private Jit.Step scored(List<Tensor> given, @Nullable Object parts) {
    return ModelState.step(model.metricVariables(), given, () -> model.testStep(batch(parts)));
  }

  /** The start of {@link #score}'s state. */
  List<Tensor> freshState() {
    return model.state().withFreshMetrics(model.metricVariables());
  }

  /** The outputs of one batch, on the host. */
  Object predict(Batch b) {
    return predict(new StepGroup(b, 1)).get(0);
  }

  /**
   * The outputs of batches, on the host: one structure for each; or, where one executable ran several steps, one
   * whose arrays have a first axis of the steps.
   */
  List<Object> predict(StepGroup p) {
    model.lock().readLock().lock();
    try (TensorScope scope = new TensorScope()) {
      List<Object> out = new ArrayList<>();
      if (model.runsEagerly()) {
        out.add(Engine.toHost(model.predictStep(onDevice(p.batch()))));
      } else {
        Ready r = predict.prepare(parts(p.batch()), p.steps(), false);
        run(predict, r, List.of()).forEach(s -> out.add(Engine.toHost(s.output())));
      }
      return out;
    } finally {
      model.lock().readLock().unlock();
    }
  }

  /** The gradients of a batch, on the host, in the order of the trainable variables. */
  List<NDArray> gradients(Batch b) {
    model.lock().readLock().lock();
    try (TensorScope scope = new TensorScope()) {
      Object out = model.runsEagerly()
          ? model.gradientStep(onDevice(b))
          : run(gradients, gradients.prepare(parts(b), 1, false), List.of())
              .get(0)
              .output();
      List<NDArray> arrays = new ArrayList<>();
      Nest.flatten(Engine.toHost(out)).forEach(a -> arrays.add((NDArray) a));
      return arrays;
    } finally {
      model.lock().readLock().unlock();
    }
  }
}
