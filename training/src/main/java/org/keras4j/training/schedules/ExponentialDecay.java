package org.keras4j.training.schedules;

import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * {@code initialLearningRate * decayRate^(step / decaySteps)} ({@code
 * keras.optimizers.schedules.ExponentialDecay}).
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class ExponentialDecay extends LearningRateSchedule {
  @Config
  private double initialLearningRate;

  @Config
  private Number decaySteps = 1;

  @Config
  private double decayRate;

  @Config
  private boolean staircase;

  @Config
  private String name = "ExponentialDecay";

  private ExponentialDecay() {}

  /**
   * A schedule.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param decaySteps how many steps make one factor
   * @param decayRate the factor
   */
  public ExponentialDecay(double initialLearningRate, long decaySteps, double decayRate) {
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    this.decayRate = decayRate;
    check();
  }

  /** Whether the exponent is rounded down; false by default. */
  public ExponentialDecay staircase(boolean value) {
    this.staircase = value;
    return this;
  }

  /** The name. */
  public ExponentialDecay name(String value) {
    this.name = value;
    return this;
  }

  private void check() {
    if (!(decaySteps.doubleValue() > 0)) {
      throw new IllegalArgumentException(
          "ExponentialDecay: decaySteps expects more than 0, got " + decaySteps);
    }
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
    check();
  }

  @Override
  public Tensor call(Object step) {
    DType d = Keras.floatx();
    Tensor p = Ops.divide(Ops.convertToTensor(step, d), decaySteps.doubleValue());
    if (staircase) {
      p = Ops.floor(p);
    }
    return Ops.multiply(Ops.power(Prims.scalar(d, decayRate), p), initialLearningRate);
  }
}
