package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Scales the loss, so that small gradients of half precision do not vanish, for another optimizer ({@code
 * keras.optimizers.LossScaleOptimizer}). The scale halves when gradients are not finite, and that step is
 * left out; it doubles after so many steps without this.
 *
 * <pre>{@code
 * model.compile(new LossScaleOptimizer(new Adam(1e-3)).initialScale(1024), "mse");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.optimizers",
    aliases = {"keras.mixed_precision.LossScaleOptimizer"})
public final class LossScaleOptimizer extends Optimizer {
  private static final Map<String, @Nullable Object> OF_INNER = new LinkedHashMap<>();

  static {
    for (String k : List.of(
        "weight_decay",
        "clipnorm",
        "global_clipnorm",
        "clipvalue",
        "ema_overwrite_frequency",
        "loss_scale_factor",
        "gradient_accumulation_steps")) {
      OF_INNER.put(k, null);
    }
    OF_INNER.put("use_ema", false);
    OF_INNER.put("ema_momentum", 0.99);
  }

  private Optimizer inner;
  private double initialScale = 32768.0;
  private int dynamicGrowthSteps = 2000;
  private @Nullable Variable stepCounter;
  private @Nullable Variable dynamicScale;

  @SuppressWarnings("NullAway.Init") // setConfig fills it, or the constructor that calls this one
  private LossScaleOptimizer() {
    super(0.0);
  }

  /**
   * Around an optimizer.
   *
   * @param innerOptimizer the one that gets the gradients
   */
  public LossScaleOptimizer(Optimizer innerOptimizer) {
    this();
    wrap(innerOptimizer);
  }

  private void wrap(Optimizer innerOptimizer) {
    this.inner = innerOptimizer;
    innerOptimizer.lossScaleFactor = null;
  }

  /**
   * The first scale.
   *
   * @param value 32768 by default
   * @return this optimizer
   */
  public LossScaleOptimizer initialScale(double value) {
    mutable("initialScale");
    this.initialScale = value;
    return this;
  }

  /**
   * After how many steps with finite gradients the scale doubles.
   *
   * @param value 2000 by default
   * @return this optimizer
   */
  public LossScaleOptimizer dynamicGrowthSteps(int value) {
    mutable("dynamicGrowthSteps");
    this.dynamicGrowthSteps = value;
    return this;
  }

  /**
   * The name, which starts the paths of the variables.
   *
   * @param value an automatic one by default
   * @return this optimizer
   */
  public LossScaleOptimizer name(String value) {
    mutable("name");
    setName(value);
    return this;
  }

  /** The optimizer that gets the gradients. */
  public Optimizer innerOptimizer() {
    return inner;
  }

  @Override
  public void build(List<Variable> trainable) {
    if (isBuilt()) {
      return;
    }
    stepCounter = addVariable("step_counter", Shape.SCALAR, DType.INT32, "zeros");
    dynamicScale = addVariable("dynamic_scale", Shape.SCALAR, DType.FLOAT32, initialScale);
    inner.build(trainable);
    super.build(trainable);
  }

  private Variable counter() {
    return Objects.requireNonNull(stepCounter, "LossScaleOptimizer: is not built");
  }

  private Variable scale() {
    return Objects.requireNonNull(dynamicScale, "LossScaleOptimizer: is not built");
  }

  @Override
  public List<Variable> variables() {
    List<Variable> out = new ArrayList<>(super.variables());
    if (inner == null) {
      throw new IllegalStateException("LossScaleOptimizer: has no inner optimizer");
    }
    out.addAll(inner.variables());
    return out;
  }

  @Override
  protected void updateStep(Tensor gradient, Variable variable, Tensor learningRate) {
    inner.updateStep(gradient, variable, learningRate);
  }

  @Override
  public void apply(List<? extends @Nullable Tensor> grads, List<Variable> of) {
    if (grads.isEmpty()) {
      return;
    }
    if (!isBuilt()) {
      build(of);
    }
    Tensor finite = null;
    for (Tensor g : grads) {
      if (g != null) {
        Tensor f = Ops.all(Ops.isfinite(g));
        finite = finite == null ? f : Ops.logicalAnd(finite, f);
      }
    }
    if (finite == null) {
      throw new IllegalArgumentException(label() + ": no gradient for any variable");
    }
    List<Variable> state = new ArrayList<>(of);
    state.addAll(variables());
    Conditional.run(finite, state, () -> update(grads, of), () -> rescale(0.5));
  }

  private void update(List<? extends @Nullable Tensor> grads, List<Variable> of) {
    List<@Nullable Tensor> unscaled = new ArrayList<>();
    for (int i = 0; i < grads.size(); i++) {
      Tensor g = grads.get(i);
      unscaled.add(
          g == null || of.get(i).isOverwriteWithGradient()
              ? g
              : Ops.divide(g, Prims.convert(scale().value(), g.dtype())));
    }
    inner.apply(unscaled, of);
    Conditional.run(
        Ops.equal(counter().value(), dynamicGrowthSteps - 1),
        List.of(counter(), scale()),
        () -> rescale(2.0),
        () -> counter().assign(Prims.add(counter().value(), Prims.scalar(DType.INT32, 1L))));
  }

  private void rescale(double factor) {
    counter().assign(Prims.scalar(DType.INT32, 0L));
    scale().assign(Prims.mul(scale().value(), factor));
  }

  @Override
  public Tensor learningRate() {
    return inner.learningRate();
  }

  @Override
  void changeLearningRate(Object value) {
    inner.changeLearningRate(value);
  }

  @Override
  public Tensor iterations() {
    return inner.iterations();
  }

  @Override
  public Tensor scaleLoss(Tensor loss) {
    return isBuilt()
        ? Ops.multiply(loss, Prims.convert(scale().value(), loss.dtype()))
        : Ops.multiply(loss, initialScale);
  }

  @Override
  public void finalizeVariableValues(List<Variable> of) {
    inner.finalizeVariableValues(of);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", name());
    out.put("inner_optimizer", inner);
    out.put("initial_scale", initialScale);
    out.put("dynamic_growth_steps", dynamicGrowthSteps);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Optimizer o = config.get("inner_optimizer") instanceof Optimizer i ? i : null;
    if (o == null) {
      throw new IllegalArgumentException(
          "LossScaleOptimizer: config entry 'inner_optimizer' expects an optimizer, got "
              + config.get("inner_optimizer"));
    }
    wrap(o);
    if (config.get("name") instanceof String s) {
      setName(s);
    }
    if (config.get("initial_scale") instanceof Number n) {
      initialScale = n.doubleValue();
    }
    if (config.get("dynamic_growth_steps") instanceof Number n) {
      dynamicGrowthSteps = n.intValue();
    }
    // older versions of Keras wrote the settings of every optimizer, which belong to the inner one
    OF_INNER.forEach((k, v) -> {
      Object given = config.getOrDefault(k, v);
      if (!Objects.equals(given, v)) {
        throw new IllegalArgumentException(
            label() + ": '" + k + "' is a setting of the inner optimizer, got " + given);
      }
    });
  }

  @Override
  public boolean readsConfigKey(String key) {
    return OF_INNER.containsKey(key);
  }
}
