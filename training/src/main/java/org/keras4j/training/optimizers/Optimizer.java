package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Fluent;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Registry;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * Changes variables by their gradients ({@code keras.optimizers.Optimizer}). An optimizer of one's own
 * extends {@link BaseOptimizer}, makes its slots in {@link #build} and overrides {@link #updateStep};
 * clipping, weight decay, moving averages, accumulation of gradients and constraints come with it.
 *
 * <p>All of it runs eagerly and in compiled steps alike, since state lives in {@link #variables}.
 */
public abstract class Optimizer implements Configurable {
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

  // what is done lies in these parts; their order is that of Keras's variables
  final OptimizerVariables state = new OptimizerVariables(this);
  final LearningRate rate = new LearningRate(this);
  final MovingAverages averages = new MovingAverages(this);
  final OptimizerStep step = new OptimizerStep(this);
  private final DecayExclusions exclusions = new DecayExclusions();
  private final Variable iterations;
  private boolean built;

  /**
   * An optimizer with an automatic name.
   *
   * @param learningRate a number
   */
  protected Optimizer(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * An optimizer whose learning rate a schedule tells.
   *
   * @param learningRate the schedule
   */
  protected Optimizer(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * An optimizer whose learning rate is asked for at each step.
   *
   * @param learningRate gives a number
   */
  protected Optimizer(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  /** Of one of the three kinds. */
  Optimizer(Object learningRate) {
    this.name = Names.auto(Names.snakeCase(getClass().getSimpleName()));
    this.iterations = state.addCounter("iteration", DType.INT32, 0L);
    this.learningRate = learningRate;
    rate.start(learningRate);
  }

  // ---- settings

  public final String name() {
    return name;
  }

  void setName(String value) {
    state.renamed(value);
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
      throw Fluent.tooLate(label(), "optimizer", setting);
    }
  }

  /** The learning rate of the next step, a scalar. */
  public Tensor learningRate() {
    return rate.now();
  }

  /** The schedule or supplier that the learning rate comes from; null if it is a number. */
  public final @Nullable Object learningRateSource() {
    return rate.source();
  }

  /**
   * Changes the learning rate, at any time.
   *
   * @param rate a number
   * @throws IllegalStateException if the optimizer was given a schedule, and is built
   */
  public final void setLearningRate(double rate) {
    changeLearningRate(rate);
  }

  /**
   * Changes the learning rate to what a schedule tells, at any time.
   *
   * @param rate the schedule
   */
  public final void setLearningRate(LearningRateSchedule rate) {
    changeLearningRate(rate);
  }

  /**
   * Changes the learning rate to what is asked for at each step, at any time.
   *
   * @param rate gives a number
   */
  public final void setLearningRate(Supplier<? extends Number> rate) {
    changeLearningRate(rate);
  }

  /** Takes a rate of one of the three kinds. */
  void changeLearningRate(Object value) {
    rate.set(value);
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

  // ---- state

  /** The number of updates done, an int32 scalar. */
  public Tensor iterations() {
    Tensor n = iterations.value();
    Integer steps = accumulated();
    return steps == null ? n : Ops.floorDivide(n, Prims.scalar(DType.INT32, (long) steps));
  }

  /** Over how many steps gradients are averaged, null for one; a setting of 0 means that too. */
  @Nullable
  Integer accumulated() {
    return gradientAccumulationSteps == null || gradientAccumulationSteps == 0
        ? null
        : gradientAccumulationSteps;
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
    return state.all();
  }

  /** The variables that the optimizer was built for. */
  public final List<Variable> trainableVariables() {
    return state.trainable();
  }

  /**
   * Makes the slots for these variables. Overriding methods call this one first, once, and make their
   * slots with {@link #addSlots}.
   */
  public void build(List<Variable> trainable) {
    averages.build(trainable);
    step.build(trainable);
    state.buildFor(trainable);
    this.built = true;
  }

  /** The place of a variable among those the optimizer was built for. */
  protected final int indexOf(Variable v) {
    return state.indexOf(v);
  }

  /**
   * Makes a variable of the state.
   *
   * @param variableName its name, the end of its path
   * @param shape its shape, known
   * @param dtype its dtype
   * @param initializer the name of an initializer, {@code "zeros"}
   * @return the variable
   * @throws IllegalArgumentException if there is no such initializer
   */
  protected final Variable addVariable(
      String variableName, Shape shape, DType dtype, String initializer) {
    return state.add(variableName, shape, dtype, initializer);
  }

  /** {@link #addVariable(String, Shape, DType, String)} with an initializer. */
  protected final Variable addVariable(
      String variableName, Shape shape, DType dtype, Initializer initializer) {
    return state.add(variableName, shape, dtype, initializer);
  }

  /** {@link #addVariable(String, Shape, DType, String)} that begins with one number everywhere. */
  protected final Variable addVariable(
      String variableName, Shape shape, DType dtype, double value) {
    return state.add(variableName, shape, dtype, value);
  }

  /** {@link #addVariable(String, Shape, DType, String)} whose first value is asked for when it is needed. */
  protected final Variable addVariable(
      String variableName, Shape shape, DType dtype, Supplier<Tensor> value) {
    return state.add(variableName, shape, dtype, value);
  }

  /** Counts a variable among the state. */
  protected final void track(Variable v) {
    state.track(v);
  }

  /**
   * Makes a variable of the shape and dtype of another, named after it.
   *
   * @param reference the other
   * @param suffix what its name ends with
   * @param initializer the name of an initializer, {@code "zeros"}
   * @return the variable
   * @throws IllegalArgumentException if there is no such initializer
   */
  protected final Variable addVariableFromReference(
      Variable reference, String suffix, String initializer) {
    return state.addLike(reference, suffix, initializer);
  }

  /** {@link #addVariableFromReference(Variable, String, String)} with an initializer. */
  protected final Variable addVariableFromReference(
      Variable reference, String suffix, Initializer initializer) {
    return state.addLike(reference, suffix, initializer);
  }

  /** {@link #addVariableFromReference(Variable, String, String)} whose first value is asked for when it is needed. */
  protected final Variable addVariableFromReference(
      Variable reference, String suffix, Supplier<Tensor> value) {
    return state.addLike(reference, suffix, value);
  }

  /** Makes a slot of zeros for each variable; null for those that take the gradient as their value. */
  protected final List<@Nullable Variable> addSlots(List<Variable> of, String slot) {
    return addSlots(of, List.of(slot), List.of("zeros")).get(0);
  }

  /** Makes several slots for each variable, one variable after the other. */
  protected final List<List<@Nullable Variable>> addSlots(
      List<Variable> of, List<String> slots, List<?> initializers) {
    return state.addSlots(of, slots, initializers);
  }

  /** Sets the state, in the order of {@link #variables}. */
  public final void setWeights(List<NDArray> weights) {
    if (!built) {
      throw new IllegalStateException(label() + ": is not built; call build(variables) first");
    }
    state.assign(variables(), weights);
  }

  // ---- updates

  /**
   * Updates one variable.
   *
   * @param gradient of the variable's shape
   * @param learningRate a scalar
   */
  protected abstract void updateStep(Tensor gradient, Variable variable, Tensor learningRate);

  /** Updates all variables; one by one, unless overridden. */
  protected void updateAll(List<Tensor> grads, List<Variable> of, Tensor rate) {
    for (int i = 0; i < of.size(); i++) {
      updateStep(grads.get(i), of.get(i), rate);
    }
  }

  /** Updates the variables it was built for. */
  public final void apply(List<? extends @Nullable Tensor> grads) {
    if (!built) {
      throw new IllegalStateException(
          label() + ": is not built, so it needs the variables beside the gradients");
    }
    if (grads.size() != trainableVariables().size()) {
      throw new IllegalArgumentException(label() + ": expected a gradient for each of "
          + trainableVariables().size() + " variables, got " + grads.size());
    }
    apply(grads, trainableVariables());
  }

  /**
   * Updates variables; the first call builds the optimizer for them.
   *
   * @param grads one for each variable, null where there is none
   * @throws IllegalArgumentException if there is no gradient at all, or a variable is unknown
   */
  public void apply(List<? extends @Nullable Tensor> grads, List<Variable> of) {
    step.apply(grads, of);
  }

  /** Shrinks the variables by weight decay, before the update. */
  protected void applyWeightDecay(List<Variable> of) {
    if (weightDecay != null) {
      of.stream().filter(this::usesWeightDecay).forEach(v -> decay(v, weightDecay));
    }
  }

  /** Shrinks a variable by a factor of it and of the learning rate. */
  final void decay(Variable v, double by) {
    step.decay(v, by);
  }

  /** A tensor of its own: two variables that shared memory could not both be updated in place. */
  static Tensor copy(Tensor t) {
    return t instanceof EagerTensor e ? Engine.toDevice(e.backend(), e.toNDArray()) : t;
  }

  /** Sets the moving averages to the variables as they are now. */
  public final void resetAverages() {
    averages.reset();
  }

  /** The moving averages of the variables, in their order; empty without {@code useEma}. */
  public final List<@Nullable Variable> averages() {
    return averages.variables();
  }

  /** Sets the variables to their moving averages, where these are kept; the end of training calls it. */
  public void finalizeVariableValues(List<Variable> of) {
    averages.overwrite(of);
  }

  /** The loss to take gradients of: multiplied with the loss scale, if there is one. */
  public Tensor scaleLoss(Tensor loss) {
    return lossScaleFactor == null ? loss : Ops.multiply(loss, lossScaleFactor);
  }

  /** New values of {@link #trainableVariables} and of {@link #variables}. */
  public record State(List<Tensor> trainableVariables, List<Tensor> optimizerVariables) {}

  /**
   * What an update would make of values, leaving the variables alone.
   *
   * @param optimizerVariables a value for each of {@link #variables}
   * @param grads a gradient for each of {@link #trainableVariables}
   * @param trainable a value for each of these
   * @return new values of the trained variables and of the optimizer's own
   */
  public final State statelessApply(
      List<? extends Tensor> optimizerVariables,
      List<? extends @Nullable Tensor> grads,
      List<? extends Tensor> trainable) {
    if (!built) {
      throw new IllegalStateException(label() + ": is not built; call build(variables) first");
    }
    List<Variable> own = variables();
    Map<Variable, Tensor> values = new HashMap<>();
    state.pair(values, trainableVariables(), trainable, "trainable");
    state.pair(values, own, optimizerVariables, "optimizer");
    try (StatelessScope s = new StatelessScope(values)) {
      apply(grads);
      List<Tensor> newTrainable = new ArrayList<>();
      trainableVariables().forEach(v -> newTrainable.add(s.value(v)));
      List<Tensor> newOwn = new ArrayList<>();
      own.forEach(v -> newOwn.add(s.value(v)));
      return new State(newTrainable, newOwn);
    }
  }

  // ---- configs

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = ConfigFields.read(this);
    out.put("learning_rate", rate.config());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object given = rest.remove("learning_rate");
    if (rest.remove("decay") instanceof Number n && n.doubleValue() != 0) {
      throw new IllegalArgumentException(label() + ": 'decay' of Keras 2 expects 0, got " + n
          + ": give the learning rate a schedule, such as InverseTimeDecay, instead");
    }
    ConfigFields.write(this, rest);
    if (given != null) {
      rate.start(given);
    }
    setName(name);
    validate();
  }

  @Override
  public boolean readsConfigKey(String key) {
    return key.equals("decay");
  }

  /** Fails if settings contradict each other. */
  void validate() {
    List<Double> clips = new ArrayList<>(Arrays.asList(clipnorm, clipvalue, globalClipnorm));
    clips.removeIf(c -> c == null);
    if (clips.size() > 1) {
      throw new IllegalArgumentException(label()
          + ": only one of clipnorm, clipvalue and globalClipnorm can be set, got clipnorm="
          + clipnorm + ", clipvalue=" + clipvalue + ", globalClipnorm=" + globalClipnorm);
    }
    if (gradientAccumulationSteps != null
        && gradientAccumulationSteps != 0
        && gradientAccumulationSteps < 2) {
      throw new IllegalArgumentException(
          label() + ": gradientAccumulationSteps expects at least 2, or 0 for none, got "
              + gradientAccumulationSteps);
    }
    if (useEma && !(emaMomentum >= 0 && emaMomentum <= 1)) {
      throw new IllegalArgumentException(
          label() + ": emaMomentum expects 0 to 1, got " + emaMomentum);
    }
    if (useEma && emaOverwriteFrequency != null && emaOverwriteFrequency < 1) {
      throw new IllegalArgumentException(
          label() + ": emaOverwriteFrequency expects at least 1, got " + emaOverwriteFrequency);
    }
  }

  /**
   * The optimizer that an identifier means: a name in any case ({@code "adam"}), a config, or an optimizer
   * itself.
   *
   * @throws IllegalArgumentException if there is no such optimizer, listing what there is
   */
  public static @Nullable Optimizer get(@Nullable Object identifier) {
    if (identifier instanceof String s) {
      Class<?> named = Registry.firstOf(Optimizer.class, s::equalsIgnoreCase);
      if (named != null) {
        return (Optimizer) Registry.instantiate(named);
      }
      if (CustomObjects.find(s) == null && Registry.find(s) == null) {
        List<String> known = new ArrayList<>();
        Registry.names(Optimizer.class).forEach(n -> known.add(n.toLowerCase(Locale.ROOT)));
        throw Registry.unknown(Optimizer.class, s, known);
      }
    }
    return Registry.resolve("keras.optimizers", Optimizer.class, identifier);
  }

  @Override
  public String toString() {
    return "<" + label() + ">";
  }
}
