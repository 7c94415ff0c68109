package org.keras4j.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.SparseArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.Collectives;
import org.keras4j.layers.Layer;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.callbacks.TrainingModel;
import org.keras4j.training.data.Batch;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.optimizers.Optimizer;

/**
 * A layer that can be compiled and trained: {@code compile}, {@code fit}, {@code evaluate}, {@code predict}
 * and their relatives of {@code keras.Model}. Steps are compiled as a whole; a model of one's own may override
 * {@link #trainStep}, {@link #testStep} or {@link #predictStep}, which stay compiled, or {@link
 * #computeLoss}.
 *
 * <p>{@code predict} and {@code evaluate} may run in any number of threads at once; {@code fit} in one.
 */
public abstract class Trainer extends Layer implements TrainingModel {
  // this class is what users and subclasses see; what is done lies in its parts
  private final Compilation compilation = new Compilation(this);
  private final StandardStep standard = new StandardStep(this, compilation);
  private final FirstBatch first = new FirstBatch(this, compilation);
  private final Fitting fitting = new Fitting(this);
  private final ModelState state = new ModelState(this);
  private final Steps steps = new Steps(this);
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable Collectives sharedWith;

  // ---- compile

  /**
   * Sets optimizer, loss and metrics; {@link #compile(Compile)} in short.
   *
   * @param optimizer the optimizer's name, {@code "adam"}
   * @param loss for all outputs a {@link org.keras4j.training.losses.Loss}, a {@code LossFunction} or a name; or a list or map with such, one an output
   * @param metrics each a {@link Metric}, a {@code MetricFunction} or a name
   */
  public final void compile(String optimizer, Object loss, Object... metrics) {
    compile(Compile.optimizer(optimizer), loss, metrics);
  }

  /**
   * Sets optimizer, loss and metrics; {@link #compile(Compile)} in short.
   *
   * @param optimizer the optimizer
   * @param loss for all outputs a {@link org.keras4j.training.losses.Loss}, a {@code LossFunction} or a name; or a list or map with such, one an output
   * @param metrics each a {@link Metric}, a {@code MetricFunction} or a name
   */
  public final void compile(Optimizer optimizer, Object loss, Object... metrics) {
    compile(Compile.optimizer(optimizer), loss, metrics);
  }

  private void compile(Compile settings, Object loss, Object[] metrics) {
    compile(
        settings.lossOfAnyKind(loss).metrics(metrics.length == 0 ? null : Arrays.asList(metrics)));
  }

  /** Sets everything that training needs. */
  public final void compile(Compile settings) {
    fitting.requireNone("compile");
    compilation.set(settings);
    fitting.stop(false);
    steps.clear();
  }

  /** Forgets the compiled steps; for models whose weights were exchanged. */
  protected final void clearSteps() {
    steps.clear();
  }

  public final boolean isCompiled() {
    return compilation.settings() != null;
  }

  /** The settings of {@link #compile}, or null. */
  protected final @Nullable Compile compileSettings() {
    return compilation.settings();
  }

  /** The compiled steps. */
  final Steps steps() {
    return steps;
  }

  /** Class and name, for the messages of the parts. */
  final String describe() {
    return label();
  }

  final void requireCompiled(String what) {
    compilation.require(what);
  }

  @Override
  public final @Nullable Optimizer optimizer() {
    return compilation.optimizer();
  }

  /**
   * The loss tracker, the metrics given to compile, those of the single losses, those of {@link #trackMetric}, and those that layers
   * inside update in their calls.
   */
  @Override
  public List<Metric> metrics() {
    return compilation.metrics();
  }

  /** Declares a metric that a step of one's own updates: it is reset each epoch, and part of the logs. */
  protected final <M extends Metric> M trackMetric(M metric) {
    compilation.track(metric);
    return metric;
  }

  final List<Variable> metricVariables() {
    return compilation.metricVariables();
  }

  /** Sets all metrics to their start. */
  public final void resetMetrics() {
    metrics().forEach(Metric::resetState);
  }

  @Override
  public final void setStopTraining(boolean stop) {
    fitting.stop(stop);
  }

  @Override
  public final boolean isStopTraining() {
    return fitting.isStopped();
  }

  @Override
  public final void setInitialEpoch(int epoch) {
    fitting.startWith(epoch);
  }

  /** The {@code fit} in progress, if there is one. */
  final Fitting fitting() {
    return fitting;
  }

  /**
   * What the {@code fit} in progress is besides weights and optimizer.
   *
   * @throws IllegalStateException if none is in progress
   */
  protected final Map<String, Object> trainingState() {
    return fitting.state();
  }

  /**
   * Makes the {@code fit} that just begins go on from such a state.
   *
   * @param again reads the state once more, weights and optimizer included
   */
  protected final void resumeFrom(Map<String, Object> state, Supplier<Map<String, Object>> again) {
    fitting.resumeFrom(state, again);
  }

  /** The names of the outputs, where the model knows them. */
  public List<String> outputNames() {
    return List.of();
  }

  /** The names of the inputs, where the model knows them. */
  public List<String> inputNames() {
    return List.of();
  }

  /** The processes that this model's state was last shared with, or null. */
  final @Nullable Collectives sharedWith() {
    return sharedWith;
  }

  final void setSharedWith(Collectives group) {
    this.sharedWith = group;
  }

  final ReadWriteLock lock() {
    return lock;
  }

  /** What it was compiled with. */
  final Compilation compilation() {
    return compilation;
  }

  /** What makes it ready for its first batch. */
  final FirstBatch first() {
    return first;
  }

  /** All its variables. */
  final ModelState state() {
    return state;
  }

  final boolean runsEagerly() {
    return compilation.runsEagerly();
  }

  // ---- steps

  /**
   * One step of training: forward, loss, gradients, update, metrics. Override it for a loop of one's own;
   * it stays compiled as long as it is written with {@code ops}.
   *
   * @return what is logged: scalars by name
   */
  protected Map<String, ?> trainStep(Batch batch) {
    return standard.train(batch);
  }

  /** One step of evaluation; what is logged. */
  protected Map<String, ?> testStep(Batch batch) {
    return standard.test(batch);
  }

  /** One step of prediction; what {@code predict} gives for the batch. */
  protected Object predictStep(Batch batch) {
    return standard.predict(batch);
  }

  /**
   * The total loss of a batch: the compiled losses and {@link #losses}. Override it to compute one's own.
   *
   * @throws IllegalArgumentException if there is nothing to minimize
   */
  protected Tensor computeLoss(
      Object x, @Nullable Object y, Object yPred, @Nullable Object sampleWeight, boolean training) {
    return standard.loss(y, yPred, sampleWeight, training);
  }

  /**
   * The losses given to {@link #compile}, weighted and added, without what layers add.
   *
   * @param y targets, nested as the outputs
   * @param yPred the outputs
   * @param sampleWeight null for none
   * @return a scalar; null if the model was compiled without a loss
   */
  protected final @Nullable Tensor compiledLoss(
      @Nullable Object y, Object yPred, @Nullable Object sampleWeight) {
    return compilation.loss(y, yPred, sampleWeight);
  }

  /**
   * What {@link #statelessComputeLoss} gives.
   *
   * @param loss a scalar
   * @param trainableVariables the values of the variables after it
   * @param nonTrainableVariables likewise
   * @param metricsVariables likewise
   */
  public record StatelessLoss(
      Tensor loss,
      List<Tensor> trainableVariables,
      List<Tensor> nonTrainableVariables,
      List<Tensor> metricsVariables) {}

  /**
   * {@link #computeLoss} as a pure function: variables have the values given, and none changes ({@code
   * keras.Model.stateless_compute_loss}).
   *
   * @param trainable one value for each of {@link #trainableVariables}
   * @param nonTrainable likewise of {@link #nonTrainableVariables}
   * @param metricsState likewise of the variables of {@link #metrics}
   * @return the loss, and what the variables would be
   * @throws IllegalArgumentException if their number differs
   */
  public final StatelessLoss statelessComputeLoss(
      List<? extends Tensor> trainable,
      List<? extends Tensor> nonTrainable,
      List<? extends Tensor> metricsState,
      Object x,
      @Nullable Object y,
      Object yPred,
      @Nullable Object sampleWeight,
      boolean training) {
    return state.loss(
        trainable,
        nonTrainable,
        metricsState,
        scope -> computeLoss(x, y, yPred, sampleWeight, training));
  }

  /**
   * The values of all variables as a tree of maps by the parts of their paths ({@code keras.Model.get_state_tree}).
   *
   * @return under {@code "trainable_variables"}, {@code "non_trainable_variables"}, {@code "optimizer_variables"} and {@code
   *     "metrics_variables"} a map each, whose leaves are {@code NDArray}s
   * @throws IllegalStateException if two variables have one path
   */
  public final Map<String, Object> getStateTree() {
    return state.tree();
  }

  /**
   * Assigns what {@link #getStateTree} gave, or parts of it; nothing unless all fits.
   *
   * @param tree as of {@code getStateTree}; leaves may be arrays, tensors and numbers
   * @throws IllegalArgumentException if it has a name that there is not, or a value of another shape
   */
  public final void setStateTree(Map<String, ?> tree) {
    state.assign(tree);
  }

  /** Updates the compiled metrics; the results of all metrics by name. */
  protected Map<String, ?> computeMetrics(
      Object x, @Nullable Object y, Object yPred, @Nullable Object sampleWeight) {
    compilation.update(y, yPred, sampleWeight);
    return metricResults();
  }

  /** The results of all metrics now, by name. */
  protected final Map<String, Object> metricResults() {
    return compilation.results();
  }

  // ---- loops

  /**
   * Trains on arrays.
   *
   * @param x inputs, nested as the model takes them, the first axes counting samples
   * @param y targets, nested as its outputs; null if there are none
   * @return loss and metrics of each epoch
   * @throws RunInterruptedException if this thread is interrupted: before the next step, with its interrupt status set
   */
  public final History fit(Object x, @Nullable Object y, @Nullable Fit options) {
    requireCompiled("fit");
    return fitting.run(steps, x, y, given(options));
  }

  /**
   * Trains on arrays, with defaults: one epoch of batches of 32.
   *
   * @param x inputs, nested as the model takes them, the first axes counting samples
   * @param y targets, nested as its outputs. A {@link Fit} in a variable of type {@code Object} is what it is: the call
   *     is {@link #fit(Object, Fit)}
   * @return loss and metrics of each epoch
   * @throws IllegalArgumentException if {@code y} is a {@link Run}
   */
  public final History fit(Object x, Object y) {
    if (y instanceof Run) {
      throw new IllegalArgumentException(label() + ": fit takes options of type Fit, got a Run");
    }
    return y instanceof Fit options ? fit(x, null, options) : fit(x, y, Fit.defaults());
  }

  /**
   * Trains on what gives batches: a {@code DataSource} or {@code Dataset}, an iterable, a stream, an iterator, or a
   * supplier of one of these three. Each element is a {@code Batch}, or inputs alone. A stream or an iterator serves one
   * epoch, unless {@code stepsPerEpoch} divides it. Batches are made ahead by another thread ({@link Fit#readAhead}).
   *
   * @throws RunInterruptedException if this thread is interrupted: before the next step, with its interrupt status set
   * @throws IllegalArgumentException if the data serves fewer epochs than asked for, or gives no batch
   */
  public final History fit(Object data, @Nullable Fit options) {
    return fit(data, null, options);
  }

  /** Trains on the batches that a supplier opens for each epoch: a stream, which is closed after it, an iterator or an
   * iterable.
   */
  public final History fit(Supplier<?> data, @Nullable Fit options) {
    return fit(data, null, options);
  }

  /**
   * Loss and metrics on arrays, by name.
   *
   * @param x inputs, nested as the model takes them, the first axes counting samples
   * @param y targets, nested as its outputs. A {@link Run} in a variable of type {@code Object} is what it is: the call
   *     is {@link #evaluate(Object, Run)}
   * @return numbers by name, {@code loss} first
   * @throws IllegalArgumentException if {@code y} is a {@link Fit}
   */
  public final Map<String, Double> evaluate(Object x, Object y) {
    if (y instanceof Fit) {
      throw new IllegalArgumentException(
          label() + ": evaluate takes options of type Run, got a Fit");
    }
    return y instanceof Run options ? evaluate(x, null, options) : evaluate(x, y, Run.defaults());
  }

  /**
   * Loss and metrics on arrays, by name.
   *
   * @param x inputs, nested as the model takes them, the first axes counting samples
   * @param y targets, nested as its outputs; null if there are none
   * @param options batch size and the like
   * @return numbers by name, {@code loss} first
   */
  public final Map<String, Double> evaluate(Object x, @Nullable Object y, @Nullable Run options) {
    requireCompiled("evaluate");
    return new LinkedHashMap<>(Together.call(
        "evaluate", this, () -> new EvaluateLoop(this, steps, given(options)).run(x, y)));
  }

  /** Loss and metrics on what gives batches: see {@link #fit(Object, Fit)}. */
  public final Map<String, Double> evaluate(Object data, @Nullable Run options) {
    return evaluate(data, null, options);
  }

  /** Loss and metrics on the batches that a supplier opens. */
  public final Map<String, Double> evaluate(Supplier<?> data, @Nullable Run options) {
    return evaluate(data, null, options);
  }

  /** The output for arrays; the model must have one output. */
  public final NDArray predict(Object x) {
    return predict(x, Run.defaults());
  }

  /** The output for arrays or a data source; the model must have one output. */
  public final NDArray predict(Object x, @Nullable Run options) {
    Object out = predictNested(x, options);
    if (out instanceof NDArray a) {
      return a;
    }
    throw new IllegalStateException(label()
        + (out instanceof SparseArray
            ? ": has a sparse output, which predictNested returns"
            : ": has several outputs; predictNested returns them all"));
  }

  /** The output for the batches that a supplier opens; the model must have one output. */
  public final NDArray predict(Supplier<?> data, @Nullable Run options) {
    return predict((Object) data, options);
  }

  /** The outputs for arrays or a data source: arrays, nested as the model's outputs are; {@link SparseArray}s for sparse ones. */
  public final Object predictNested(Object x, @Nullable Run options) {
    return Together.call(
        "predict", this, () -> new PredictLoop(this, steps, given(options)).run(x));
  }

  // fit(x, null) and evaluate(x, null) mean these overloads to the compiler, and no targets to who
  // writes them
  private static Fit given(@Nullable Fit options) {
    return options == null ? Fit.defaults() : options;
  }

  private static Run given(@Nullable Run options) {
    return options == null ? Run.defaults() : options;
  }

  /** One step of training on a batch; loss and metrics of this batch. */
  public final Map<String, Double> trainOnBatch(Object x, @Nullable Object y) {
    return trainOnBatch(x, y, null, true);
  }

  /**
   * One step of training on a batch.
   *
   * @param resetMetrics whether loss and metrics are those of this batch, or go on from before
   * @return numbers by name, {@code loss} first
   */
  public final Map<String, Double> trainOnBatch(
      Object x, @Nullable Object y, @Nullable Object sampleWeight, boolean resetMetrics) {
    requireCompiled("trainOnBatch");
    fitting.requireNone("trainOnBatch");
    Batch b = steps.hostBatch(x, y, sampleWeight);
    return Together.call("trainOnBatch", this, () -> {
      first.ready(b, true);
      return numbers(steps.train(b, resetMetrics));
    });
  }

  // what was read is freed at once: the next step finds the same memory, for which a program on a
  // GPU may be recorded
  private Map<String, Double> numbers(Map<String, Object> logs) {
    Map<String, Double> out = new LinkedHashMap<>(new Logs(logs));
    if (!runsEagerly()) { // an eager step may show a variable's own value
      logs.values().forEach(v -> Nest.tensors(v).forEach(Tensor::close));
    }
    return out;
  }

  /** Loss and metrics of a batch. */
  public final Map<String, Double> testOnBatch(Object x, @Nullable Object y) {
    return testOnBatch(x, y, null, true);
  }

  /** Loss and metrics of a batch; see {@link #trainOnBatch(Object, Object, Object, boolean)}. */
  public final Map<String, Double> testOnBatch(
      Object x, @Nullable Object y, @Nullable Object sampleWeight, boolean resetMetrics) {
    requireCompiled("testOnBatch");
    Batch b = steps.hostBatch(x, y, sampleWeight);
    return Together.call("testOnBatch", this, () -> {
      first.ready(b, false);
      return numbers(steps.test(b, resetMetrics));
    });
  }

  /**
   * The gradients of the compiled loss on a batch, of each trainable variable by its path, as a step of training would
   * have them before clipping and the optimizer. Nothing changes: no weight, no state of a layer or metric, no seed.
   *
   * @param x inputs, as {@link #fit} takes them
   * @param y targets; null if the loss needs none
   * @return arrays of the variables' shapes
   * @throws IllegalStateException if the model is not compiled
   */
  @Override
  public final Map<String, NDArray> gradients(Object x, @Nullable Object y) {
    requireCompiled("gradients");
    Batch b = steps.hostBatch(x, y, null);
    first.build(b, true, false);
    compilation.requireLabels(b.y());
    List<NDArray> values = steps.gradients(b);
    Map<String, NDArray> out = new LinkedHashMap<>();
    List<Variable> variables = trainableVariables();
    for (int i = 0; i < variables.size(); i++) {
      out.put(variables.get(i).path(), values.get(i));
    }
    return out;
  }

  final List<Tensor> gradientStep(Batch batch) {
    return standard.gradients(batch);
  }

  /** The outputs for one batch. */
  public final Object predictOnBatch(Object x) {
    return Together.call("predictOnBatch", this, () -> {
      Batch b = steps.hostBatch(x, null, null);
      first.readyToPredict(b);
      return steps.predict(b);
    });
  }
}
