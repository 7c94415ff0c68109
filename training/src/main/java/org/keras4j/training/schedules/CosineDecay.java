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
 * Falls along half a cosine, after a linear rise if wanted ({@code
 * keras.optimizers.schedules.CosineDecay}).
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class CosineDecay extends LearningRateSchedule {
  @Config
  private double initialLearningRate;

  @Config
  private Number decaySteps = 1;

  @Config
  private double alpha = 0.0;

  @Config
  private String name = "CosineDecay";

  @Config
  private @Nullable Double warmupTarget;

  @Config
  private Number warmupSteps = 0;

  private CosineDecay() {}

  /**
   * A schedule.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param decaySteps over how many steps it falls
   */
  public CosineDecay(double initialLearningRate, long decaySteps) {
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    check();
  }

  /** The last learning rate as a fraction of the highest; 0 by default. */
  public CosineDecay alpha(double value) {
    this.alpha = value;
    return this;
  }

  /** The name. */
  public CosineDecay name(String value) {
    this.name = value;
    return this;
  }

  /** The learning rate that the rise ends with; null (the default) for no rise. */
  public CosineDecay warmupTarget(@Nullable Double value) {
    this.warmupTarget = value;
    return this;
  }

  /** {@link #warmupTarget(Double)} of a number. */
  public CosineDecay warmupTarget(double value) {
    return warmupTarget((Double) value);
  }

  /** Over how many steps it rises; 0 by default. */
  public CosineDecay warmupSteps(Number value) {
    this.warmupSteps = value;
    return this;
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
  public Tensor call(Object step) {
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
