package org.keras4j.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.training.data.Batch;
import org.keras4j.training.optimizers.Optimizer;

/**
 * The training step of a compiled model as a function of its state, compiled: weights, statistics, the optimizer's and the metrics'
 * state and a batch in, logs and the state afterwards out, as one program for each set of shapes. The model's variables are neither
 * read nor changed. It is {@code train_step(state, data)} of Keras on JAX, for loops of one's own:
 *
 * <pre>{@code
 * StatelessTrainStep step = StatelessTrainStep.of(model);
 * StatelessTrainStep.State state = step.state(x, y);
 * for (int i = 0; i < 10; i++) {
 *   StatelessTrainStep.Result r = step.call(state, x, y);
 *   state = r.state();
 * }
 * step.store(state);
 * }</pre>
 *
 * <p>With the same batches it learns what {@code fit} learns. May be called by many threads at once.
 */
public final class StatelessTrainStep {
  private final Trainer model;
  private final Optimizer optimizer;
  private final Jit jit;
  private volatile boolean built;

  private StatelessTrainStep(Trainer model, Optimizer optimizer) {
    this.model = model;
    this.optimizer = optimizer;
    this.jit = Jit.stateful(
        (state, batch) -> ModelState.step(variables(), state, () -> apply(Steps.batch(batch))));
  }

  /**
   * The values of all variables that a step changes, each list in the order of its variables.
   *
   * @param trainable of {@link Trainer#trainableVariables}
   * @param nonTrainable of {@link Trainer#nonTrainableVariables}
   * @param optimizer of the optimizer's variables
   * @param metrics of the variables of {@link Trainer#metrics}
   */
  public record State(
      List<Tensor> trainable,
      List<Tensor> nonTrainable,
      List<Tensor> optimizer,
      List<Tensor> metrics) {
    List<Tensor> all() {
      List<Tensor> out = new ArrayList<>(trainable);
      out.addAll(nonTrainable);
      out.addAll(optimizer);
      out.addAll(metrics);
      return out;
    }
  }

  /**
   * What a step gives.
   *
   * @param logs scalars by name: the loss and the metrics, over all steps since the metrics' state was fresh
   * @param state what the next step starts with
   */
  public record Result(Map<String, Tensor> logs, State state) {}

  /**
   * The step of a model.
   *
   * @return the step; compiled when it is first called
   * @throws IllegalStateException if the model is not built, or not compiled with an optimizer
   */
  public static StatelessTrainStep of(Trainer model) {
    Optimizer o = model.optimizer();
    if (o == null) {
      throw new IllegalStateException(
          model.name() + ": must be compiled with an optimizer before there is a training step");
    }
    if (!model.isBuilt()) {
      throw new IllegalStateException(
          model.name() + ": must be built before there is a stateless training step");
    }
    return new StatelessTrainStep(model, o);
  }

  /**
   * The step itself, for a function that is traced or runs in a scope: variables are read and assigned where it stands.
   *
   * @return the logs
   */
  public Map<String, ?> apply(Batch batch) {
    return model.trainStep(batch);
  }

  // metrics and optimizer make their variables when they first see a batch
  private synchronized void build(Batch batch) {
    if (built) {
      return;
    }
    optimizer.build(model.trainableVariables());
    try (Trace t = Trace.root()) {
      apply(FirstBatch.symbolic(t, batch, false));
    }
    built = true;
  }

  private List<Variable> variables() {
    List<Variable> out = new ArrayList<>(model.trainableVariables());
    out.addAll(model.nonTrainableVariables());
    out.addAll(optimizer.variables());
    out.addAll(model.metricVariables());
    return out;
  }

  /**
   * The state that the model has now, with fresh metrics.
   *
   * @param x inputs of a batch, by whose shapes optimizer and metrics are built
   * @param y targets, or null
   * @return the values of the model's variables
   */
  public State state(Object x, @Nullable Object y) {
    build(model.steps().hostBatch(x, y, null));
    return packed(model.state().withFreshMetrics(variables()).stream()
        .map(StatelessTrainStep::copy)
        .toList());
  }

  // training takes the memory of old values for new ones, so that no other may hold them
  private static Tensor copy(Tensor t) {
    return Engine.toDevice(Keras.backend(), t.toNDArray());
  }

  private State packed(List<Tensor> all) {
    int trainable = model.trainableVariables().size();
    int weights = trainable + model.nonTrainableVariables().size();
    int metrics = weights + optimizer.variables().size();
    return new State(
        List.copyOf(all.subList(0, trainable)),
        List.copyOf(all.subList(trainable, weights)),
        List.copyOf(all.subList(weights, metrics)),
        List.copyOf(all.subList(metrics, all.size())));
  }

  /** A step on inputs and targets. */
  public Result call(State state, Object x, @Nullable Object y) {
    return call(state, x, y, null);
  }

  /**
   * A step.
   *
   * @param state of {@link #state}, or of the step before
   * @param x inputs as the model takes them, nested, with a first axis of samples
   * @param y targets, or null
   * @param sampleWeight a weight for each sample, or null
   * @return logs and the state afterwards
   * @throws IllegalArgumentException if the state is not one of this model's
   */
  public Result call(State state, Object x, @Nullable Object y, @Nullable Object sampleWeight) {
    Batch batch = model.steps().hostBatch(x, y, sampleWeight);
    build(batch);
    List<Tensor> all = state.all();
    List<Variable> variables = variables();
    if (all.size() != variables.size()) {
      throw new IllegalArgumentException(model.name() + ": a state of " + variables.size()
          + " values was expected, got " + all.size());
    }
    Jit.Step r = jit.call(jit.prepare(Steps.parts(batch)), all).get(0);
    Map<String, Tensor> logs = new LinkedHashMap<>();
    ((Map<?, ?>) Objects.requireNonNull(r.output()))
        .forEach((k, v) -> logs.put(String.valueOf(k), (Tensor) v));
    return new Result(logs, packed(r.state()));
  }

  /** Gives the model's variables the values of a state. */
  public void store(State state) {
    List<Tensor> all = state.all();
    List<Variable> variables = variables();
    for (int i = 0; i < all.size(); i++) {
      variables.get(i).assign(copy(all.get(i)));
    }
  }

  @Override
  public String toString() {
    return "StatelessTrainStep(" + model.name() + ")";
  }
}
