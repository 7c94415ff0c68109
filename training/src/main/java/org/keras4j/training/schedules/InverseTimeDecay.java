package org.keras4j.training.schedules;

import java.util.Map;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * {@code initialLearningRate / (1 + decayRate * step / decaySteps)} ({@code
 * keras.optimizers.schedules.InverseTimeDecay}).
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class InverseTimeDecay extends LearningRateSchedule {
  @Config
  private double initialLearningRate;

  @Config
  private Number decaySteps = 1;

  @Config
  private double decayRate;

  @Config
  private boolean staircase;

  @Config
  private String name = "InverseTimeDecay";

  private InverseTimeDecay() {}

  /**
   * A schedule.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param decaySteps how many steps count as one
   * @param decayRate how much the denominator grows
   */
  public InverseTimeDecay(double initialLearningRate, long decaySteps, double decayRate) {
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    this.decayRate = decayRate;
    check();
  }

  /** Whether the count is rounded down; false by default. */
  public InverseTimeDecay staircase(boolean value) {
    this.staircase = value;
    return this;
  }

  /** The name. */
  public InverseTimeDecay name(String value) {
    this.name = value;
    return this;
  }

  private void check() {
    if (!(decaySteps.doubleValue() > 0)) {
      throw new IllegalArgumentException(
          "InverseTimeDecay: decaySteps expects more than 0, got " + decaySteps);
    }
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
    check();
  }

  @Override
  public Tensor call(Object step) {
    Tensor p = Ops.divide(Ops.convertToTensor(step, Keras.floatx()), decaySteps.doubleValue());
    if (staircase) {
      p = Ops.floor(p);
    }
    return Ops.divide(initialLearningRate, Ops.add(Ops.multiply(p, decayRate), 1));
  }
}
