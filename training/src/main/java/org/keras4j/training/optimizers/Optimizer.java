package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.engine.ArrayLike;
import org.keras4j.ops.engine.Engine;
import org.keras4j.ops.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes variables by their gradients ({@code keras.optimizers.Optimizer}). An optimizer of one's own
 * extends {@link BaseOptimizer}, makes its slots in {@link #build} and overrides {@link #updateStep};
 * clipping, weight decay, moving averages, accumulation of gradients and constraints come with it.
 *
 * <p>All of it runs eagerly and in compiled steps alike, since state lives in {@link #variables}.
 */
public abstract class Optimizer implements Configurable {
  private static final Logger LOG = LoggerFactory.getLogger(Optimizer.class);

  @Config
  private String name;

  @Config
  private Object learningRate;

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

  private final DecayExclusions exclusions = new DecayExclusions();
  private final List<Variable> variables = new ArrayList<>();
  private final Variable iterations;
  private @Nullable Variable learningRateVariable;
  private List<Variable> trainableVariables = List.of();
  private final Map<Variable, Integer> indices = new HashMap<>();
  private List<@Nullable Variable> averages = List.of();
  private List<Variable> accumulators = List.of();
  private boolean built;

  /**
   * An optimizer with an automatic name.
   *
   * @param learningRate a number, a {@link LearningRateSchedule}, or a {@link Supplier} of numbers
   */
  protected Optimizer(Object learningRate) {
    this.name = Names.auto(Names.snakeCase(getClass().getSimpleName()));
    this.iterations = own("iteration", new TensorSpec(Shape.SCALAR, DType.INT32), 0L);
    this.learningRate = learningRate;
    start(learningRate);
  }

  private Variable own(String variableName, TensorSpec spec, Object first) {
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

  private void start(Object rate) {
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

  private Object check(Object rate) {
    if (!(rate instanceof Number
        || rate instanceof LearningRateSchedule
        || rate instanceof Supplier)) {
      throw new IllegalArgumentException(label()
          + ": learningRate expects a number, a LearningRateSchedule or a Supplier, got " + rate);
    }
    return rate;
  }

  // ---- settings

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

  // ---- state

  /** The number of updates done, an int32 scalar. */
  public Tensor iterations() {
    Tensor n = iterations.value();
    return gradientAccumulationSteps == null
        ? n
        : Ops.floorDivide(n, Prims.scalar(DType.INT32, (long) gradientAccumulationSteps));
  }

  /** The variable counting the calls of {@link #apply}. */
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
    Variable v = new Variable(
        variableName,
        new TensorSpec(shape, dtype),
        false,
        () -> initializer instanceof Supplier<?> supplier
            ? (Tensor) supplier.get()
            : init == null ? Prims.full(shape, dtype, fill) : init.call(shape, dtype));
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
    if (grads.size() != trainableVariables.size()) {
      throw new IllegalArgumentException(label() + ": expected a gradient for each of "
          + trainableVariables.size() + " variables, got " + grads.size());
    }
    apply(grads, trainableVariables);
  }

  /**
   * Updates variables; the first call builds the optimizer for them.
   *
   * @param grads one for each variable, null where there is none
   * @throws IllegalArgumentException if there is no gradient at all, or a variable is unknown
   */
  public void apply(List<? extends @Nullable Tensor> grads, List<Variable> of) {
    if (grads.isEmpty()) {
      return;
    }
    if (grads.size() != of.size()) {
      throw new IllegalArgumentException(label() + ": expected a gradient for each variable, got "
          + grads.size() + " gradients and " + of.size() + " variables");
    }
    if (!built) {
      build(of);
    }
    of.forEach(this::indexOf);
    List<Tensor> g = new ArrayList<>();
    List<Variable> v = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    boolean any = false;
    for (int i = 0; i < of.size(); i++) {
      Tensor t = grads.get(i);
      if (t == null) {
        missing.add(of.get(i).path());
        continue;
      }
      any = true;
      if (of.get(i).isOverwriteWithGradient()) {
        overwrite(of.get(i), t);
      } else {
        g.add(lossScaleFactor == null ? t : Ops.divide(t, lossScaleFactor));
        v.add(of.get(i));
      }
    }
    if (!any) {
      throw new IllegalArgumentException(label() + ": no gradient for any variable");
    }
    if (!missing.isEmpty()) {
      LOG.warn(
          "{}: there are no gradients for {}; is there a loss that depends on them?",
          label(),
          missing);
    }
    if (!g.isEmpty()) {
      step(g, v);
      for (Variable x : v) {
        if (x.constraint() instanceof Constraint c) {
          x.assign(c.call(x.value()));
        }
      }
    }
    iterations.assign(Prims.add(iterations.value(), Prims.scalar(DType.INT32, 1L)));
  }

  // a float8 scale's gradient is its new value: the largest of those accumulated
  private void overwrite(Variable v, Tensor gradient) {
    if (gradientAccumulationSteps == null) {
      v.assign(gradient);
      return;
    }
    Variable sum = accumulators.get(indexOf(v));
    Tensor largest = Ops.maximum(gradient, sum.value());
    Tensor now = isUpdateStep();
    v.assign(Ops.where(now, largest, v.value()));
    sum.assign(Ops.where(now, Prims.zerosLike(gradient), largest));
  }

  private Tensor isUpdateStep() {
    return dividesNext(iterations.value(), gradientAccumulationSteps);
  }

  // whether n divides count + 1
  private static Tensor dividesNext(Tensor count, int n) {
    Tensor next = Prims.add(count, Prims.scalar(DType.INT32, 1L));
    Tensor m = Ops.mod(next, Prims.scalar(DType.INT32, (long) n));
    return Prims.eq(m, Prims.scalar(DType.INT32, 0L));
  }

  private void step(List<Tensor> grads, List<Variable> of) {
    if (gradientAccumulationSteps == null) {
      update(grads, of);
    } else {
      List<Variable> sums = new ArrayList<>();
      of.forEach(v -> sums.add(accumulators.get(indexOf(v))));
      List<Variable> state = new ArrayList<>(of);
      state.addAll(variables());
      Conditional.run(
          isUpdateStep(),
          state,
          () -> {
            List<Tensor> mean = new ArrayList<>();
            for (int i = 0; i < grads.size(); i++) {
              mean.add(Ops.divide(
                  Ops.add(grads.get(i), sums.get(i).value()), (double) gradientAccumulationSteps));
            }
            update(mean, of);
            accumulators.forEach(a -> a.assign(Prims.full(a.shape(), a.dtype(), 0)));
          },
          () -> {
            for (int i = 0; i < grads.size(); i++) {
              sums.get(i).assign(Ops.add(grads.get(i), sums.get(i).value()));
            }
          });
    }
    if (useEma) {
      average();
    }
  }

  private void update(List<Tensor> grads, List<Variable> of) {
    List<Tensor> clipped = clip(grads);
    applyWeightDecay(of);
    updateAll(clipped, of, learningRate());
  }

  private List<Tensor> clip(List<Tensor> grads) {
    if (clipnorm != null && clipnorm > 0) {
      return Clipping.byNorm(grads, clipnorm);
    } else if (globalClipnorm != null && globalClipnorm > 0) {
      return Clipping.byGlobalNorm(grads, globalClipnorm);
    } else if (clipvalue != null && clipvalue > 0) {
      return Clipping.byValue(grads, clipvalue);
    }
    return grads;
  }

  /** Shrinks the variables by weight decay, before the update. */
  protected void applyWeightDecay(List<Variable> of) {
    if (weightDecay != null) {
      of.stream().filter(this::usesWeightDecay).forEach(v -> decay(v, weightDecay));
    }
  }

  final void decay(Variable v, double by) {
    Tensor w = v.value();
    Tensor rate = Prims.convert(learningRate(), v.dtype());
    v.assign(Ops.subtract(w, Ops.multiply(Ops.multiply(w, by), rate)));
  }

  private void average() {
    for (int i = 0; i < trainableVariables.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        Tensor w = trainableVariables.get(i).value();
        Tensor later = ArrayLike.tensor(Ops.notEqual(iterations(), 0), w.dtype());
        Tensor momentum = Ops.multiply(later, emaMomentum);
        a.assign(
            Ops.add(Ops.multiply(momentum, a.value()), Ops.multiply(Ops.subtract(1, momentum), w)));
      }
    }
    if (emaOverwriteFrequency != null) {
      Conditional.run(
          dividesNext(iterations(), emaOverwriteFrequency),
          trainableVariables,
          () -> overwriteWithAverages(trainableVariables),
          () -> {});
    }
  }

  private void overwriteWithAverages(List<Variable> of) {
    if (of.size() != averages.size()) {
      throw new IllegalArgumentException(
          label() + ": keeps averages of " + averages.size() + " variables, got " + of.size());
    }
    for (int i = 0; i < of.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        of.get(i).assign(copy(a.value()));
      }
    }
  }

  /** A tensor of its own: two variables that shared memory could not both be updated in place. */
  static Tensor copy(Tensor t) {
    return t instanceof EagerTensor e ? Engine.toDevice(e.backend(), e.toNDArray()) : t;
  }

  /** Sets the moving averages to the variables as they are now. */
  public final void resetAverages() {
    for (int i = 0; i < averages.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        a.assign(copy(trainableVariables.get(i).value()));
      }
    }
  }

  /** The moving averages of the variables, in their order; empty without {@code useEma}. */
  public final List<@Nullable Variable> averages() {
    return averages;
  }

  /** Sets the variables to their moving averages, where these are kept; the end of training calls it. */
  public void finalizeVariableValues(List<Variable> of) {
    if (useEma) {
      overwriteWithAverages(of);
    }
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
    put(values, trainableVariables, trainable, "trainable");
    put(values, own, optimizerVariables, "optimizer");
    try (StatelessScope s = new StatelessScope(values)) {
      apply(grads);
      List<Tensor> newTrainable = new ArrayList<>();
      trainableVariables.forEach(v -> newTrainable.add(s.value(v)));
      List<Tensor> newOwn = new ArrayList<>();
      own.forEach(v -> newOwn.add(s.value(v)));
      return new State(newTrainable, newOwn);
    }
  }

  private void put(
      Map<Variable, Tensor> to, List<Variable> of, List<? extends Tensor> values, String what) {
    if (of.size() != values.size()) {
      throw new IllegalArgumentException(label() + ": expected a value for each of " + of.size()
          + " " + what + " variables, got " + values.size());
    }
    for (int i = 0; i < of.size(); i++) {
      to.put(of.get(i), values.get(i));
    }
  }

  /** Sets the state, in the order of {@link #variables}. */
  public final void setWeights(List<NDArray> weights) {
    if (!built) {
      throw new IllegalStateException(label() + ": is not built; call build(variables) first");
    }
    List<Variable> own = variables();
    for (int i = 0; i < Math.min(own.size(), weights.size()); i++) {
      Variable v = own.get(i);
      NDArray w = weights.get(i);
      if (!w.shape().equals(v.shape())) {
        throw new IllegalArgumentException(label() + ": variable '" + v.path() + "' has shape "
            + v.shape() + ", got " + w.shape());
      }
      v.assign(Engine.constant(w.astype(v.dtype())));
    }
  }

  // ---- configs

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = ConfigFields.read(this);
    Variable v = learningRateVariable;
    if (v != null) {
      out.put(
          "learning_rate",
          v.isInitialized()
              ? v.eager().item()
              : NDArray.scalar(v.dtype(), ((Number) learningRate).doubleValue()).item());
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object rate = rest.remove("learning_rate");
    ConfigFields.write(this, rest);
    if (rate != null) {
      start(rate);
    }
    setName(name);
    validate();
  }

  @Override
  public boolean ignoresConfigKey(String key) {
    return key.equals("decay"); // of Keras 2; Keras 3 ignores it too
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
    if (gradientAccumulationSteps != null && gradientAccumulationSteps < 2) {
      throw new IllegalArgumentException(label()
          + ": gradientAccumulationSteps expects at least 2, got " + gradientAccumulationSteps);
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
      for (Map.Entry<String, Class<?>> e : Registry.all().entrySet()) {
        String key = e.getKey();
        if (Optimizer.class.isAssignableFrom(e.getValue())
            && key.substring(key.lastIndexOf(key.indexOf('>') >= 0 ? '>' : '.') + 1)
                .equalsIgnoreCase(s)) {
          return (Optimizer) Registry.instantiate(e.getValue());
        }
      }
    }
    return Registry.resolve("keras.optimizers", Optimizer.class, identifier);
  }

  @Override
  public String toString() {
    return "<" + label() + ">";
  }
}
