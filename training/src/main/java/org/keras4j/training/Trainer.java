package org.keras4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.SparseArray;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.Collectives;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseForms;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.callbacks.TrainingModel;
import org.keras4j.training.data.Batch;
import org.keras4j.training.metrics.Mean;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.optimizers.LossScaleOptimizer;
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
  private @Nullable Compile compile;
  private @Nullable Optimizer optimizer;
  private @Nullable CompiledLoss loss;
  private @Nullable CompiledMetrics metrics;
  private final Mean lossTracker = new Mean("loss");
  private volatile boolean stopTraining;
  private @Nullable Integer initialEpoch;
  private final Steps steps = new Steps(this);
  private final AtomicBoolean fitting = new AtomicBoolean();
  private volatile @Nullable FitLoop loop;
  private @Nullable Resumption resumption;
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
    requireNotFitting("compile");
    Optimizer o = Optimizer.get(settings.optimizer);
    if (o != null
        && settings.autoScaleLoss
        && dtypePolicy().name().equals("mixed_float16")
        && !(o instanceof LossScaleOptimizer)) {
      o = new LossScaleOptimizer(o);
    }

    this.optimizer = o;
    this.loss =
        settings.loss == null ? null : new CompiledLoss(settings.loss, settings.lossWeights);
    this.metrics = new CompiledMetrics(settings.metrics, settings.weightedMetrics);
    this.compile = settings;
    this.stopTraining = false;
    steps.clear();
  }

  /** Forgets the compiled steps; for models whose weights were exchanged. */
  protected final void clearSteps() {
    steps.clear();
  }

  public final boolean isCompiled() {
    return compile != null;
  }

  /** The settings of {@link #compile}, or null. */
  protected final @Nullable Compile compileSettings() {
    return compile;
  }

  /** The compiled steps. */
  final Steps steps() {
    return steps;
  }

  final Compile compiled(String what) {
    Compile c = compile;
    if (c == null) {
      throw new IllegalStateException(label() + ": must be compiled before " + what
          + ", for instance by" + " model.compile(\"adam\", \"mse\")");
    }
    return c;
  }

  @Override
  public final @Nullable Optimizer optimizer() {
    return optimizer;
  }

  /**
   * The loss tracker, the metrics given to compile, those of the single losses, those of {@link #trackMetric}, and those that layers
   * inside update in their calls.
   */
  @Override
  public List<Metric> metrics() {
    List<Metric> out = new ArrayList<>();
    if (compile != null) {
      if (loss != null || tracksLoss) {
        out.add(lossTracker);
      }
      if (metrics != null) {
        out.addAll(metrics.metrics());
      }
      if (loss != null) {
        out.addAll(loss.metrics());
      }
    }
    out.addAll(ownMetrics());
    return out;
  }

  /** Those that a step of one's own updates, and those that calls of layers inside update. */
  private Set<Metric> ownMetrics() {
    Set<Metric> out = new LinkedHashSet<>(trackedMetrics);
    for (Layer l : flattenLayers(true)) {
      if (l == this || !(l instanceof Trainer)) { // a model inside is trained by this one
        for (Object state : l.trackedStates()) {
          if (state instanceof Metric m) {
            out.add(m);
          }
        }
      }
    }
    return out;
  }

  private final List<Metric> trackedMetrics = new ArrayList<>();
  private boolean tracksLoss;

  /** Declares a metric that a step of one's own updates: it is reset each epoch, and part of the logs. */
  protected final <M extends Metric> M trackMetric(M metric) {
    trackedMetrics.add(metric);
    return metric;
  }

  final List<Variable> metricVariables() {
    List<Variable> out = new ArrayList<>();
    metrics().forEach(m -> out.addAll(m.variables()));
    return out;
  }

  /** Sets all metrics to their start. */
  public final void resetMetrics() {
    metrics().forEach(Metric::resetState);
  }

  @Override
  public final void setStopTraining(boolean stop) {
    this.stopTraining = stop;
  }

  @Override
  public final boolean isStopTraining() {
    return stopTraining;
  }

  @Override
  public final void setInitialEpoch(int epoch) {
    this.initialEpoch = epoch;
  }

  /** The epoch that a callback wants fit to start with; forgotten afterwards. */
  final @Nullable Integer takeInitialEpoch() {
    Integer e = initialEpoch;
    initialEpoch = null;
    return e;
  }

  /**
   * What the {@code fit} in progress is besides weights and optimizer.
   *
   * @throws IllegalStateException if none is in progress
   */
  protected final Map<String, Object> trainingState() {
    FitLoop l = loop;
    if (l == null) {
      throw new IllegalStateException(
          label() + ": saveTraining is for callbacks, while fit is in progress");
    }
    return l.state();
  }

  /**
   * Makes the {@code fit} that just begins go on from such a state.
   *
   * @param again reads the state once more, weights and optimizer included
   */
  protected final void resumeFrom(Map<String, Object> state, Supplier<Map<String, Object>> again) {
    if (loop == null) {
      throw new IllegalStateException(
          label() + ": resumeTraining is for callbacks, while fit begins");
    }
    this.resumption = new Resumption(state, again);
  }

  /** What a callback wants fit to go on from; forgotten afterwards. */
  final @Nullable Resumption takeResumption() {
    Resumption r = resumption;
    resumption = null;
    return r;
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

  final boolean runsEagerly() {
    Compile c = compile;
    return c != null && (c.runEagerly || Boolean.FALSE.equals(c.jitCompile));
  }

  final int stepsPerExecution() {
    Compile c = compile;
    return c == null || c.stepsPerExecution == null ? 1 : c.stepsPerExecution;
  }

  /** Whether nobody said how many steps one executable runs. */
  final boolean groupsByItself() {
    Compile c = compile;
    return c == null || c.stepsPerExecution == null;
  }

  final void requireNotFitting(String what) {
    if (fitting.get()) {
      throw new IllegalStateException(
          label() + ": " + what + " while the model is being fitted by another call");
    }
  }

  // ---- steps

  /**
   * One step of training: forward, loss, gradients, update, metrics. Override it for a loop of one's own;
   * it stays compiled as long as it is written with {@code ops}.
   *
   * @return what is logged: scalars by name
   */
  protected Map<String, ?> trainStep(Batch batch) {
    List<Object> form = new ArrayList<>();
    Optimizer o = requireOptimizer();
    List<Variable> variables = trainableVariables();
    Grad.Result r = Grad.valueAndGrad(
        in -> {
          Object yPred = invokeNested(batch.x(), CallArgs.training(true));
          Tensor total = computeLoss(batch.x(), batch.y(), yPred, batch.sampleWeight(), true);
          List<Tensor> out = new ArrayList<>();
          out.add(o.scaleLoss(total));
          out.add(total);
          out.addAll(Nest.tensors(yPred));
          form.add(yPred);
          return out;
        },
        List.of(),
        variables);
    if (!variables.isEmpty()) {
      o.apply(r.grads(), variables);
    }
    Tensor total = r.outputs().get(1);
    trackLoss(batch.x(), total);
    Object yPred = Objects.requireNonNull(
        Nest.pack(form.get(0), r.outputs().subList(2, r.outputs().size())));
    return computeMetrics(batch.x(), batch.y(), yPred, batch.sampleWeight());
  }

  /** One step of evaluation; what is logged. */
  protected Map<String, ?> testStep(Batch batch) {
    Object yPred = invokeNested(batch.x(), CallArgs.training(false));
    Tensor total = computeLoss(batch.x(), batch.y(), yPred, batch.sampleWeight(), false);
    trackLoss(batch.x(), total);
    return computeMetrics(batch.x(), batch.y(), yPred, batch.sampleWeight());
  }

  /** One step of prediction; what {@code predict} gives for the batch. */
  protected Object predictStep(Batch batch) {
    return invokeNested(batch.x(), CallArgs.training(false));
  }

  private void trackLoss(Object x, Tensor total) {
    tracksLoss = true;
    lossTracker.updateState(total, size(x));
  }

  /** The number of samples in a batch, or null. */
  private static @Nullable Object size(Object x) {
    for (Object leaf : Nest.flatten(x)) {
      if (leaf instanceof Tensor t && t.rank() > 0) {
        return Prims.dimSize(t, 0);
      } else if (leaf instanceof NDArray strings && strings.rank() > 0) {
        return (int) strings.shape().dim(0);
      }
    }
    return null;
  }

  private Optimizer requireOptimizer() {
    compiled("training");
    Optimizer o = optimizer;
    if (o == null) {
      throw new IllegalStateException(label() + ": was compiled without an optimizer");
    }
    return o;
  }

  /**
   * The total loss of a batch: the compiled losses and {@link #losses}. Override it to compute one's own.
   *
   * @throws IllegalArgumentException if there is nothing to minimize
   */
  protected Tensor computeLoss(
      Object x, @Nullable Object y, Object yPred, @Nullable Object sampleWeight, boolean training) {
    Tensor total = compiledLoss(y, yPred, sampleWeight);
    for (Tensor extra : losses()) {
      Tensor e = Ops.sum(ArrayLike.convert(extra, total == null ? DType.FLOAT32 : total.dtype()));
      total = total == null ? e : Ops.add(total, e);
    }
    if (total == null) {
      if (training) {
        throw new IllegalArgumentException(label()
            + ": there is no loss to minimize; pass one to compile, or call addLoss in a layer");
      }
      total = ArrayLike.tensor(0.0);
    }
    return total;
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
    CompiledLoss l = loss;
    if (l == null) {
      return null;
    }
    Outputs out = new Outputs(yPred, outputNames());
    List<@Nullable Object> targets = out.match("Targets", y, false);
    l.build(out, targets);
    return l.compute(out, targets, out.match("Sample weights", sampleWeight, true));
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
    Map<Variable, Tensor> values = new LinkedHashMap<>();
    pair(values, trainableVariables(), trainable, "trainable");
    pair(values, nonTrainableVariables(), nonTrainable, "non-trainable");
    pair(values, metricVariables(), metricsState, "metrics'");
    try (StatelessScope scope = new StatelessScope(values)) {
      Tensor out = computeLoss(x, y, yPred, sampleWeight, training);
      return new StatelessLoss(
          out,
          trainableVariables().stream().map(scope::value).toList(),
          nonTrainableVariables().stream().map(scope::value).toList(),
          metricVariables().stream().map(scope::value).toList());
    }
  }

  private void pair(
      Map<Variable, Tensor> map,
      List<Variable> variables,
      List<? extends Tensor> values,
      String kind) {
    if (variables.size() != values.size()) {
      throw new IllegalArgumentException(label() + ": has " + variables.size() + " " + kind
          + " variables, got values for " + values.size());
    }
    for (int i = 0; i < values.size(); i++) {
      map.put(variables.get(i), values.get(i));
    }
  }

  /**
   * The values of all variables as a tree of maps by the parts of their paths ({@code keras.Model.get_state_tree}).
   *
   * @return under {@code "trainable_variables"}, {@code "non_trainable_variables"}, {@code "optimizer_variables"} and {@code
   *     "metrics_variables"} a map each, whose leaves are {@code NDArray}s
   * @throws IllegalStateException if two variables have one path
   */
  public final Map<String, Object> getStateTree() {
    Map<String, Object> out = new LinkedHashMap<>();
    states().forEach((kind, variables) -> out.put(kind, StateTree.of(label(), variables)));
    return out;
  }

  /**
   * Assigns what {@link #getStateTree} gave, or parts of it; nothing unless all fits.
   *
   * @param tree as of {@code getStateTree}; leaves may be arrays, tensors and numbers
   * @throws IllegalArgumentException if it has a name that there is not, or a value of another shape
   */
  public final void setStateTree(Map<String, ?> tree) {
    Map<String, List<Variable>> states = states();
    Map<Variable, NDArray> found = new LinkedHashMap<>();
    tree.forEach((kind, part) -> {
      List<Variable> variables = states.get(kind);
      if (variables == null || !(part instanceof Map<?, ?> m)) {
        throw new IllegalArgumentException(
            label() + ": a state tree has maps under " + states.keySet() + ", got '" + kind + "'");
      }
      StateTree.collect(label(), m, variables, found);
    });
    StateTree.assign(found);
  }

  private Map<String, List<Variable>> states() {
    Map<String, List<Variable>> out = new LinkedHashMap<>();
    out.put("trainable_variables", trainableVariables());
    out.put("non_trainable_variables", nonTrainableVariables());
    out.put("optimizer_variables", optimizer == null ? List.of() : optimizer.variables());
    out.put("metrics_variables", metricVariables());
    return out;
  }

  /** Updates the compiled metrics; the results of all metrics by name. */
  protected Map<String, ?> computeMetrics(
      Object x, @Nullable Object y, Object yPred, @Nullable Object sampleWeight) {
    CompiledMetrics m = metrics;
    if (m != null && y != null) {
      Outputs out = new Outputs(yPred, outputNames());
      List<Object> targets = out.match("Targets", y, false);
      m.build(out, targets);
      m.update(out, targets, out.match("Sample weights", sampleWeight, true));
    }
    return metricResults();
  }

  /** The results of all metrics now, by name. */
  protected final Map<String, Object> metricResults() {
    Map<String, Object> out = new LinkedHashMap<>();
    if (tracksLoss && compile != null) {
      out.put("loss", lossTracker.result());
    }
    if (metrics != null) {
      out.putAll(metrics.results());
    }
    if (loss != null) {
      loss.metrics().forEach(t -> out.put(t.name(), t.result()));
    }
    for (Metric t : ownMetrics()) {
      if (t.result() instanceof Map<?, ?> m) {
        m.forEach((k, v) -> out.put(k.toString(), v));
      } else {
        out.put(t.name(), t.result());
      }
    }
    return out;
  }

  /** Fails if targets on the host hold labels that are no classes; once the model was built for them. */
  final void requireLabels(@Nullable Object targets) {
    if (loss != null) {
      loss.requireLabels(label(), targets);
    }
  }

  /** Builds model, loss and metrics from the shapes of a batch; nothing is computed. */
  final void buildFrom(Batch batch, boolean training) {
    buildFrom(batch, training, false);
  }

  /**
   * Likewise.
   *
   * @param stacked whether batches are stacked along the first axis
   */
  final void buildFrom(Batch batch, boolean training, boolean stacked) {
    boolean ready = isBuilt()
        && (metrics == null || batch.y() == null || metrics.isBuilt())
        && (!training || optimizer == null || optimizer.isBuilt());
    if (ready) {
      return;
    }
    synchronized (this) {
      try (Trace t = Trace.nested()) {
        Object x = Objects.requireNonNull(Nest.map(batch.x(), v -> symbolic(t, v, stacked)));
        Object y = Nest.map(batch.y(), v -> symbolic(t, v, stacked));
        Object yPred = invokeNested(x, CallArgs.training(training));
        Outputs out = new Outputs(yPred, outputNames());
        List<@Nullable Object> targets = out.match("Targets", y, false);
        if (loss != null) {
          loss.build(out, targets);
        }
        if (metrics != null && y != null) {
          metrics.build(out, targets);
        }
      }
      if (training && optimizer != null) {
        optimizer.build(trainableVariables());
      }
      tracksLoss |= loss != null || !losses().isEmpty();
    }
  }

  private static @Nullable Object symbolic(Trace t, @Nullable Object x, boolean stacked) {
    if (x instanceof NDArray a && a.dtype() == DType.STRING) {
      // what layers make of strings may have any size, so they see some
      return stacked ? a.slice(0, 1).reshape(a.shape().slice(1).toArray()) : a;
    }
    if (x instanceof SparseArray s) {
      return SparseForms.input(t, s.spec());
    }
    if (x instanceof SparseTensor s) {
      return SparseForms.input(t, s.spec());
    }
    TensorSpec spec = null;
    if (x instanceof NDArray a) {
      spec = a.spec();
    } else if (x instanceof Tensor e && !(x instanceof KerasTensor)) {
      spec = e.spec();
    }
    if (spec == null) {
      return x;
    }
    return t.input(stacked ? spec.withShape(spec.shape().slice(1)) : spec);
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
  public final History fit(Object x, @Nullable Object y, Fit options) {
    compiled("fit");
    if (!fitting.compareAndSet(false, true)) {
      throw new IllegalStateException(label()
          + ": fit is running on this model already; a model is fitted by one thread at a time");
    }
    FitLoop running = new FitLoop(this, steps, options);
    try {
      loop = running;
      return Together.call("fit", this, () -> running.run(x, y));
    } finally {
      loop = null;
      resumption = null;
      fitting.set(false);
    }
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
  public final History fit(Object data, Fit options) {
    return fit(data, null, options);
  }

  /** Trains on the batches that a supplier opens for each epoch: a stream, which is closed after it, an iterator or an
   * iterable.
   */
  public final History fit(Supplier<?> data, Fit options) {
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
  public final Map<String, Double> evaluate(Object x, @Nullable Object y, Run options) {
    compiled("evaluate");
    return new LinkedHashMap<>(
        Together.call("evaluate", this, () -> new EvaluateLoop(this, steps, options).run(x, y)));
  }

  /** Loss and metrics on what gives batches: see {@link #fit(Object, Fit)}. */
  public final Map<String, Double> evaluate(Object data, Run options) {
    return evaluate(data, null, options);
  }

  /** Loss and metrics on the batches that a supplier opens. */
  public final Map<String, Double> evaluate(Supplier<?> data, Run options) {
    return evaluate(data, null, options);
  }

  /** The output for arrays; the model must have one output. */
  public final NDArray predict(Object x) {
    return predict(x, Run.defaults());
  }

  /** The output for arrays or a data source; the model must have one output. */
  public final NDArray predict(Object x, Run options) {
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
  public final NDArray predict(Supplier<?> data, Run options) {
    return predict((Object) data, options);
  }

  /** The outputs for arrays or a data source: arrays, nested as the model's outputs are; {@link SparseArray}s for sparse ones. */
  public final Object predictNested(Object x, Run options) {
    return Together.call("predict", this, () -> new PredictLoop(this, steps, options).run(x));
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
    compiled("trainOnBatch");
    requireNotFitting("trainOnBatch");
    Batch b = steps.hostBatch(x, y, sampleWeight);
    return Together.call("trainOnBatch", this, () -> {
      ready(b, true);
      return numbers(steps.train(b, resetMetrics));
    });
  }

  // what was read is freed at once: the next step finds the same memory, for which a program on a
  // GPU may
  // be recorded
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
    compiled("testOnBatch");
    Batch b = steps.hostBatch(x, y, sampleWeight);
    return Together.call("testOnBatch", this, () -> {
      ready(b, false);
      return numbers(steps.test(b, resetMetrics));
    });
  }

  /** Has all processes of a distribution predict with the weights of rank 0. */
  final void readyToPredict(Batch b) {
    Together together = Together.now();
    if (together == null || together.knows(this)) {
      return;
    }
    if (!isBuilt()) {
      synchronized (this) {
        try (Trace t = Trace.nested()) {
          invokeNested(
              Objects.requireNonNull(Nest.map(b.x(), v -> symbolic(t, v, false))),
              CallArgs.training(false));
        }
      }
    }
    together.share(this);
  }

  private void ready(Batch b, boolean training) {
    buildFrom(b, training);
    Together together = Together.now();
    if (together != null && !together.knows(this)) {
      together.share(this);
    }
    requireLabels(b.y());
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
    compiled("gradients");
    Batch b = steps.hostBatch(x, y, null);
    buildFrom(b, true);
    requireLabels(b.y());
    List<NDArray> values = steps.gradients(b);
    Map<String, NDArray> out = new LinkedHashMap<>();
    List<Variable> variables = trainableVariables();
    for (int i = 0; i < variables.size(); i++) {
      out.put(variables.get(i).path(), values.get(i));
    }
    return out;
  }

  final List<Tensor> gradientStep(Batch batch) {
    List<Variable> variables = trainableVariables();
    if (variables.isEmpty()) {
      return List.of();
    }
    try (StatelessScope nothing = new StatelessScope(Map.of())) {
      return Grad.valueAndGrad(
              in -> {
                Object yPred = invokeNested(batch.x(), CallArgs.training(true));
                return List.of(
                    computeLoss(batch.x(), batch.y(), yPred, batch.sampleWeight(), true));
              },
              List.of(),
              variables)
          .grads();
    }
  }

  /** The outputs for one batch. */
  public final Object predictOnBatch(Object x) {
    return Together.call("predictOnBatch", this, () -> {
      Batch b = steps.hostBatch(x, null, null);
      readyToPredict(b);
      return steps.predict(b);
    });
  }
}
