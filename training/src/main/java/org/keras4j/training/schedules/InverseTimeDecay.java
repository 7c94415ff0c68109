package org.keras4j.training.schedules;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Falls as the inverse of the steps ({@code keras.optimizers.schedules.InverseTimeDecay}):
 *
 * <pre>{@code
 * rate = initialLearningRate / (1 + decayRate * step / decaySteps)
 * }</pre>
 *
 * <p>The step is an integer scalar; the learning rate is a scalar of {@code floatx}.
 *
 * <pre>{@code
 * var schedule = new InverseTimeDecay(0.1, 1, 0.5);
 * var optimizer = new SGD(schedule);
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class InverseTimeDecay extends TimeDecay<InverseTimeDecay> {
  private InverseTimeDecay() {
    super("InverseTimeDecay");
  }

  /**
   * Named {@code InverseTimeDecay}.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param decaySteps how many steps count as one
   * @param decayRate how much the denominator grows
   * @throws IllegalArgumentException unless decaySteps is more than 0
   */
  public InverseTimeDecay(double initialLearningRate, long decaySteps, double decayRate) {
    super("InverseTimeDecay", initialLearningRate, decaySteps, decayRate);
  }

  @Override
  Tensor rateAfter(Tensor elapsed) {
    return Ops.divide(initialLearningRate(), Ops.add(Ops.multiply(elapsed, decayRate()), 1));
  }
}
