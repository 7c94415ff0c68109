package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;

/** The settings and the variables of an optimizer. */
abstract class OptimizerState implements Configurable {
  @Config
  String name;

  @Config
  Object learningRate;

  @Config
  @Nullable
  Double weightDecay;

  @Config
  @Nullable
  Double clipnorm;

  @Config
  @Nullable
  Double globalClipnorm;

  @Config
  @Nullable
  Double clipvalue;

  @Config
  boolean useEma;

  @Config
  double emaMomentum = 0.99;

  @Config
  @Nullable
  Integer emaOverwriteFrequency;

  @Config
  @Nullable
  Double lossScaleFactor;

  @Config
  @Nullable
  Integer gradientAccumulationSteps;

  final DecayExclusions exclusions = new DecayExclusions();
  final List<Variable> variables = new ArrayList<>();
  final Variable iterations;

  @Nullable
  Variable learningRateVariable;

  List<Variable> trainableVariables = List.of();
  final Map<Variable, Integer> indices = new HashMap<>();
  List<@Nullable Variable> averages = List.of();
  List<Variable> accumulators = List.of();
  boolean built;

  /**
   * An optimizer with an automatic name.
   *
   * @param learningRate a number, a {@link LearningRateSchedule}, or a {@link Supplier} of numbers
   */
  OptimizerState(Object learningRate) {
    this.name = Names.auto(Names.snakeCase(getClass().getSimpleName()));
    this.iterations = own("iteration", new TensorSpec(Shape.SCALAR, DType.INT32), 0L);
    this.learningRate = learningRate;
    start(learningRate);
  }

  final Variable own(String variableName, TensorSpec spec, Object first) {
    Variable v = new Variable(
        variableName,
        spec,
        false,
        () -> ArrayLike.tensor(first instanceof Supplier<?> s ? s.get() : first, spec.dtype()));
    v.setPath(name + "/" + variableName);
    v.setAutocast(false);
    v.setAggregation("only_first_replica");
    variables.add(v);
    return v;
  }

  final void start(Object rate) {
    this.learningRate = check(rate);
    if (rate instanceof Number && learningRateVariable == null) {
      learningRateVariable =
          own("learning_rate", new TensorSpec(Shape.SCALAR, Keras.floatx()), (Supplier<Object>)
              () -> learningRate);
    } else if (!(rate instanceof Number) && learningRateVariable != null) {
      variables.remove(learningRateVariable);
      learningRateVariable = null;
    }
  }

  final Object check(Object rate) {
    if (!(rate instanceof Number
        || rate instanceof LearningRateSchedule
        || rate instanceof Supplier)) {
      throw new IllegalArgumentException(label()
          + ": learningRate expects a number, a LearningRateSchedule or a Supplier, got " + rate);
    }
    return rate;
  }

  public final String name() {
    return name;
  }

  void setName(String value) {
    for (Variable v : variables) {
      v.setPath(value + "/" + v.name());
    }
    this.name = value;
  }

  /** Class and name, for messages: {@code Adam 'adam'}. */
  protected final String label() {
    return getClass().getSimpleName() + " '" + name + "'";
  }

  /**
   * Fails if a setting comes too late; fluent methods call it first.
   *
   * @throws IllegalStateException if the optimizer is built
   */
  protected final void mutable(String setting) {
    if (built) {
      throw new IllegalStateException(
          label() + ": '" + setting + "' cannot be set any more, the optimizer is built");
    }
  }

  /** The learning rate of the next step, a scalar. */
  public Tensor learningRate() {
    Variable v = learningRateVariable;
    if (v != null) {
      return v.value();
    }
    Object rate = learningRate;
    if (rate instanceof LearningRateSchedule s) {
      return s.call(iterations.value());
    }
    return ArrayLike.tensor(((Supplier<?>) rate).get(), Keras.floatx());
  }

  /** The schedule or supplier that the learning rate comes from; null if it is a number. */
  public final @Nullable Object learningRateSource() {
    return learningRateVariable != null ? null : learningRate;
  }

  /**
   * Changes the learning rate, at any time.
   *
   * @param rate a number, a schedule, or a supplier of numbers
   * @throws IllegalStateException if it is a number and the optimizer was given a schedule
   */
  public void setLearningRate(Object rate) {
    if (rate instanceof Tensor t && learningRateVariable != null) {
      learningRateVariable.assign(Prims.convert(t, learningRateVariable.dtype()));
      return;
    }
    check(rate);
    if (rate instanceof Number n) {
      if (learningRate instanceof LearningRateSchedule && built) {
        throw new IllegalStateException(label()
            + ": was made with a LearningRateSchedule, so its learning rate cannot be set to "
            + rate);
      }
      Variable v = learningRateVariable;
      if (v != null && v.isInitialized()) {
        v.assign(Prims.scalar(v.dtype(), n.doubleValue()));
      }
    }
    start(rate);
  }

  /** Leaves variables out of weight decay. */
  public void excludeFromWeightDecay(List<Variable> variables) {
    excludeFromWeightDecay(variables, List.of());
  }

  /**
   * Leaves variables out of weight decay ({@code exclude_from_weight_decay}).
   *
   * @param variables those left out
   * @param names regular expressions; variables in whose name one is found are left out too
   */
  public void excludeFromWeightDecay(List<Variable> variables, List<String> names) {
    mutable("excludeFromWeightDecay");
    exclusions.set(variables, names);
  }

  /** Whether weight decay applies to a variable. */
  protected final boolean usesWeightDecay(Variable v) {
    return !exclusions.contains(v);
  }

  /** The number of updates done, an int32 scalar. */
  public Tensor iterations() {
    Tensor n = iterations.value();
    return gradientAccumulationSteps == null
        ? n
        : Ops.floorDivide(n, Prims.scalar(DType.INT32, (long) gradientAccumulationSteps));
  }

  /** The variable counting the calls of {@link Optimizer#apply(List)}. */
  public final Variable iterationsVariable() {
    return iterations;
  }

  public final boolean isBuilt() {
    return built;
  }

  /** The state, in Keras's order: iteration, learning rate, then what {@link #build} made. */
  public List<Variable> variables() {
    return List.copyOf(variables);
  }

  /** The variables that the optimizer was built for. */
  public final List<Variable> trainableVariables() {
    return trainableVariables;
  }

  /**
   * Makes the slots for these variables. Overriding methods call this one first, once, and make their
   * slots with {@link #addSlots}.
   */
  public void build(List<Variable> trainable) {
    if (useEma) {
      averages = addSlots(trainable, "average");
    }
    List<Variable> sums = new ArrayList<>();
    for (int i = 0; i < trainable.size(); i++) {
      indices.put(trainable.get(i), i);
      if (gradientAccumulationSteps != null) {
        sums.add(addVariableFromReference(trainable.get(i), "gradient_accumulator", "zeros"));
      }
    }
    this.accumulators = sums;
    this.trainableVariables = List.copyOf(trainable);
    this.built = true;
  }

  /** The place of a variable among those the optimizer was built for. */
  protected final int indexOf(Variable v) {
    Integer i = indices.get(v);
    if (i == null) {
      throw new IllegalArgumentException(label() + ": " + v
          + " is not among the variables it was built for; make a new optimizer");
    }
    return i;
  }

  /**
   * Makes a variable of the state.
   *
   * @param initializer an initializer, its name or config, a number, or a {@link Supplier} of the value
   */
  protected final Variable addVariable(
      String variableName, Shape shape, DType dtype, Object initializer) {
    Initializer init = initializer instanceof Number
            || initializer instanceof Supplier
            || "zeros".equals(initializer)
        ? null
        : Initializer.get(initializer);
    double fill = initializer instanceof Number n ? n.doubleValue() : 0;
    Supplier<Tensor> made =
        init == null ? () -> Prims.full(shape, dtype, fill) : init.later(shape, dtype);
    Variable v = new Variable(
        variableName,
        new TensorSpec(shape, dtype),
        false,
        initializer instanceof Supplier<?> supplier ? () -> (Tensor) supplier.get() : made);
    track(v);
    return v;
  }

  /** Counts a variable among the state. */
  protected final void track(Variable v) {
    v.setPath(name + "/" + v.name());
    v.setAutocast(false);
    variables.add(v);
  }

  /** Makes a variable of the shape and dtype of another, named after it. */
  protected final Variable addVariableFromReference(
      Variable reference, String suffix, Object initializer) {
    return addVariable(
        reference.path().replace('/', '_') + "_" + suffix,
        reference.shape(),
        reference.dtype(),
        initializer);
  }

  /** Makes a slot of zeros for each variable; null for those that take the gradient as their value. */
  protected final List<@Nullable Variable> addSlots(List<Variable> of, String slot) {
    return addSlots(of, List.of(slot), List.of("zeros")).get(0);
  }

  /** Makes several slots for each variable, one variable after the other. */
  protected final List<List<@Nullable Variable>> addSlots(
      List<Variable> of, List<String> slots, List<?> initializers) {
    List<List<@Nullable Variable>> out = new ArrayList<>();
    slots.forEach(s -> out.add(new ArrayList<>()));
    for (Variable v : of) {
      for (int i = 0; i < slots.size(); i++) {
        out.get(i)
            .add(
                v.isOverwriteWithGradient()
                    ? null
                    : addVariableFromReference(v, slots.get(i), initializers.get(i)));
      }
    }
    return out;
  }
}
