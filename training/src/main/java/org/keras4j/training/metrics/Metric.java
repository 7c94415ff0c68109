package org.keras4j.training.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.Keras;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.Layer;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Gathers a number over batches ({@code keras.metrics.Metric}). A metric of one's own makes its variables
 * in {@link #build()} and overrides {@link #updateState(Object, Object, Object)} and {@link #result()},
 * which start with {@link #ensureBuilt()}. One with settings extends {@link FluentMetric}.
 *
 * <pre>{@code
 * final class Positives extends Metric {
 *   private Variable total;
 *   @Override protected void build() { total = addVariable("total", Shape.SCALAR, "zeros"); }
 *   @Override public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
 *     ensureBuilt();
 *     total.assign(Ops.add(total, Ops.sum(Ops.cast(Ops.greater(yPred, 0), dtype()))));
 *   }
 *   @Override public Object result() { ensureBuilt(); return total.value(); }
 * }
 * }</pre>
 */
public abstract class Metric implements Configurable, Layer.SeedState {
  @Config
  private String name;

  @Config
  private DType dtype = Keras.floatx();

  private boolean built;
  private final List<Variable> variables = new ArrayList<>();
  private final List<Metric> metrics = new ArrayList<>();

  /** A metric with an automatic name. */
  protected Metric() {
    this(null);
  }

  /** A metric with a name, null for an automatic one. */
  protected Metric(@Nullable String name) {
    this.name = name == null ? Names.auto(Names.snakeCase(getClass().getSimpleName())) : name;
  }

  /** The name, by which logs call it. */
  public final String name() {
    return name;
  }

  /**
   * The name, by which logs call it.
   *
   * @param value Keras's name of the class, or an automatic one, by default
   * @return this metric
   */
  public Metric name(String value) {
    mutable("name");
    this.name = value;
    return this;
  }

  /** The dtype of computations and of the result. */
  public final DType dtype() {
    return dtype;
  }

  /**
   * The dtype of computations and of the result.
   *
   * @param value {@link Keras#floatx} by default
   * @return this metric
   */
  public Metric dtype(DType value) {
    mutable("dtype");
    this.dtype = value;
    return this;
  }

  /**
   * {@link #dtype(DType)} of a name.
   *
   * @param name of a dtype or a dtype policy, {@code "float64"}, {@code "mixed_float16"}
   * @return this metric
   * @throws IllegalArgumentException if there is neither
   */
  public Metric dtype(String name) {
    return dtype(DTypePolicy.get(name));
  }

  /**
   * {@link #dtype(DType)} of a policy, whose compute dtype counts.
   *
   * @param policy a dtype policy
   * @return this metric
   */
  public Metric dtype(DTypePolicy policy) {
    return dtype(policy.computeDtype());
  }

  /**
   * Fails if a setting comes too late; setters call it first.
   *
   * @param setting the setter's name
   * @throws IllegalStateException if the variables are made already
   */
  protected final void mutable(String setting) {
    if (built) {
      throw Fluent.tooLate(label(), "metric", setting);
    }
  }

  /** Class and name, for messages: {@code AUC 'auc'}. */
  protected final String label() {
    return getClass().getSimpleName() + " '" + name + "'";
  }

  /** Takes in a batch, by what does it; bad arguments are said of this metric. */
  final void named(Runnable update) {
    try {
      update.run();
    } catch (MemoryLimitException e) {
      throw e.in(label());
    } catch (IllegalArgumentException e) {
      throw Failures.of(label(), e);
    }
  }

  /** Which values are better. */
  public enum Direction {
    /** Higher ones. */
    UP,
    /** Lower ones. */
    DOWN
  }

  /** Which values are better, for callbacks that look for the best; null if that is not known. */
  public @Nullable Direction direction() {
    return null;
  }

  // ---- state

  /** Makes the variables, by {@link #addVariable}; called once, when they are first needed. */
  protected void build() {}

  /** Makes the variables if they are not yet made. */
  protected final void ensureBuilt() {
    if (!built) {
      built = true;
      build();
    }
  }

  /**
   * Makes a variable of the metric's dtype.
   *
   * @param variableName its name, the end of its path
   * @param shape its shape, known
   * @param initializer the name of an initializer, {@code "zeros"}
   * @return the variable
   * @throws IllegalArgumentException if there is no such initializer
   */
  protected final Variable addVariable(String variableName, Shape shape, String initializer) {
    return addVariable(variableName, shape, initializer, dtype);
  }

  /** {@link #addVariable(String, Shape, String)} with an initializer. */
  protected final Variable addVariable(String variableName, Shape shape, Initializer initializer) {
    return addVariable(variableName, shape, initializer, dtype);
  }

  /**
   * {@link #addVariable(String, Shape, String)} of a dtype.
   *
   * @param variableName its name, the end of its path
   * @param shape its shape, known
   * @param initializer the name of an initializer
   * @param variableDtype null for floatx
   * @return the variable
   * @throws IllegalArgumentException if there is no such initializer
   */
  protected final Variable addVariable(
      String variableName, Shape shape, String initializer, @Nullable DType variableDtype) {
    // zeros need no initializer, whose seed would be drawn
    return add(
        variableName,
        shape,
        initializer.equals("zeros") ? null : Initializer.get(initializer),
        variableDtype);
  }

  /** {@link #addVariable(String, Shape, String, DType)} with an initializer. */
  protected final Variable addVariable(
      String variableName, Shape shape, Initializer initializer, @Nullable DType variableDtype) {
    return add(variableName, shape, initializer, variableDtype);
  }

  private Variable add(
      String variableName, Shape shape, @Nullable Initializer init, @Nullable DType variableDtype) {
    DType d = variableDtype == null ? Keras.floatx() : variableDtype;
    Supplier<Tensor> first = init == null ? () -> Prims.full(shape, d, 0) : init.later(shape, d);
    Variable v = new Variable(variableName, new TensorSpec(shape, d), false, first);
    v.setPath(path(variableName));
    v.setAutocast(false); // sums keep their precision inside a layer of mixed precision
    v.setAggregation("sum");
    variables.add(v);
    return v;
  }

  private String path(String variableName) {
    return Names.path(name.replace('/', '>')) + "/" + variableName;
  }

  /** Declares a metric that this one uses; its variables count among this one's. */
  protected final <M extends Metric> M track(M metric) {
    metrics.add(metric);
    return metric;
  }

  /** The variables, those of metrics inside last. */
  @Override
  public List<Variable> variables() {
    ensureBuilt();
    List<Variable> out = new ArrayList<>(variables);
    metrics.forEach(m -> out.addAll(m.variables()));
    return out;
  }

  /** Starts anew: all variables become zero. */
  public void resetState() {
    for (Variable v : variables()) {
      v.assign(Prims.full(v.shape(), v.dtype(), 0));
    }
  }

  /** Takes in a batch. */
  public void updateState(Object yTrue, Object yPred) {
    updateState(yTrue, yPred, null);
  }

  /**
   * Takes in a batch.
   *
   * @param yTrue targets, array-like
   * @param yPred predictions, array-like
   * @param sampleWeight weights that broadcast against the samples, or null
   */
  public abstract void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight);

  /** The value so far: a tensor, mostly a scalar, or a map of names to such. */
  public abstract Object result();

  /** Takes in a batch and gives the value so far. */
  public final Object call(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    updateState(yTrue, yPred, sampleWeight);
    return result();
  }

  // ---- without state

  /** What {@link #variables} would be after a batch, were they the given ones before. */
  public final List<Tensor> statelessUpdateState(
      List<? extends Tensor> metricVariables, Object yTrue, Object yPred) {
    return in(metricVariables, () -> updateState(yTrue, yPred));
  }

  /** Likewise, with weights. */
  public final List<Tensor> statelessUpdateState(
      List<? extends Tensor> metricVariables,
      Object yTrue,
      Object yPred,
      @Nullable Object sampleWeight) {
    return in(metricVariables, () -> updateState(yTrue, yPred, sampleWeight));
  }

  /** What {@link #result} would be, were the variables the given ones. */
  public final Object statelessResult(List<? extends Tensor> metricVariables) {
    try (StatelessScope s = new StatelessScope(mapping(metricVariables))) {
      return result();
    }
  }

  /** What {@link #variables} are after {@link #resetState}. */
  public final List<Tensor> statelessResetState() {
    ensureBuilt();
    try (StatelessScope s = new StatelessScope(Map.of())) {
      resetState();
      return values(s);
    }
  }

  /** What the variables would be after an action, were they the given ones before. */
  final List<Tensor> in(List<? extends Tensor> metricVariables, Runnable action) {
    try (StatelessScope s = new StatelessScope(mapping(metricVariables))) {
      action.run();
      return values(s);
    }
  }

  private List<Tensor> values(StatelessScope s) {
    List<Tensor> out = new ArrayList<>();
    variables().forEach(v -> out.add(s.value(v)));
    return out;
  }

  private Map<Variable, Tensor> mapping(List<? extends Tensor> metricVariables) {
    List<Variable> own = variables();
    if (metricVariables.size() != own.size()) {
      throw new IllegalArgumentException(label() + ": expected one tensor for each of " + own.size()
          + " variables, got " + metricVariables.size());
    }
    Map<Variable, Tensor> out = new HashMap<>();
    for (int i = 0; i < own.size(); i++) {
      out.put(own.get(i), metricVariables.get(i));
    }
    return out;
  }

  /** Adds to a variable. */
  static void increase(Variable v, Tensor by) {
    v.assign(Ops.add(v.value(), Prims.convert(by, v.dtype())));
  }

  // ---- configs

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
  }

  /**
   * The metric that an identifier means: a name of a class, as such, in snake case or short ({@code "mse"}),
   * a config, a {@link MetricFunction}, or a metric itself.
   *
   * @throws IllegalArgumentException if there is no such metric, listing what there is
   */
  public static @Nullable Metric get(@Nullable Object identifier) {
    return MetricNames.resolve(identifier);
  }

  @Override
  public String toString() {
    return "<" + getClass().getSimpleName() + " name=" + name + ">";
  }
}
