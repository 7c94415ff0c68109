package org.keras4j.training.schedules;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Falls along half a cosine, after a linear rise if wanted ({@code keras.optimizers.schedules.CosineDecay};
 * Loshchilov and Hutter 2016, <a href="https://arxiv.org/abs/1608.03983">SGDR</a>):
 *
 * <pre>{@code
 * rising: rate = initial + (target - initial) * step / warmupSteps
 * then, with s = min(step - warmupSteps, decaySteps) and from = target, or initial without a rise,
 * rate = from * ((1 - alpha) * 0.5 * (1 + cos(pi * s / decaySteps)) + alpha)
 * }</pre>
 *
 * <p>The step is an integer scalar; the learning rate is a scalar of {@code floatx}.
 *
 * <pre>{@code
 * var schedule = new CosineDecay(0.0, 1000).warmupTarget(0.1).warmupSteps(100).alpha(0.01);
 * var optimizer = new SGD(schedule);
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class CosineDecay extends FluentSchedule<CosineDecay> {
  @Config
  private double initialLearningRate;

  @Config
  private Number decaySteps = 1;

  @Config
  private double alpha = 0.0;

  @Config
  private @Nullable Double warmupTarget;

  @Config
  private Number warmupSteps = 0;

  private CosineDecay() {
    super("CosineDecay");
  }

  /**
   * Named {@code CosineDecay}.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param decaySteps over how many steps it falls
   * @throws IllegalArgumentException unless decaySteps is more than 0
   */
  public CosineDecay(double initialLearningRate, long decaySteps) {
    super("CosineDecay");
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    check();
  }

  /**
   * The last learning rate as a fraction of the highest.
   *
   * @param value 0 by default
   * @return this schedule
   */
  public CosineDecay alpha(double value) {
    return set("alpha", () -> this.alpha = value);
  }

  /**
   * The learning rate that the rise ends with; null (the default) for no rise.
   *
   * @param value null (the default) for no rise
   * @return this schedule
   */
  public CosineDecay warmupTarget(@Nullable Double value) {
    return set("warmupTarget", () -> this.warmupTarget = value);
  }

  /** {@link #warmupTarget(Double)} of a number. */
  public CosineDecay warmupTarget(double value) {
    return warmupTarget((Double) value);
  }

  /**
   * Over how many steps it rises.
   *
   * @param value 0 by default
   * @return this schedule
   */
  public CosineDecay warmupSteps(long value) {
    return set("warmupSteps", () -> this.warmupSteps = value);
  }

  private void check() {
    if (!(decaySteps.doubleValue() > 0)) {
      throw new IllegalArgumentException(
          "CosineDecay: decaySteps expects more than 0, got " + decaySteps);
    }
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
    check();
  }

  private Tensor fall(Tensor step, double from) {
    Tensor fraction = Ops.divide(step, decaySteps.doubleValue());
    Tensor cos = Ops.cos(Ops.multiply(fraction, Math.PI));
    Tensor cosine = Ops.multiply(Ops.add(cos, 1), 0.5);
    return Ops.multiply(Ops.add(Ops.multiply(cosine, 1 - alpha), alpha), from);
  }

  @Override
  protected Tensor rate(Object step) {
    DType d = Keras.floatx();
    Tensor s = Ops.convertToTensor(step, d);
    double fallSteps = decaySteps.doubleValue();
    Double target = warmupTarget;
    if (target == null) {
      return fall(Ops.minimum(s, Prims.scalar(d, fallSteps)), initialLearningRate);
    }
    double rise = warmupSteps.doubleValue();
    s = Ops.minimum(s, Prims.scalar(d, fallSteps + rise));
    Tensor delta = Ops.subtract(Prims.scalar(d, target), Prims.scalar(d, initialLearningRate));
    Tensor rising = Ops.add(Ops.multiply(delta, Ops.divide(s, rise)), initialLearningRate);
    Tensor falling = fall(Ops.subtract(s, rise), target);
    return Ops.where(Ops.less(s, Prims.scalar(d, rise)), rising, falling);
  }
}
