package org.keras4j.training.schedules;

import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Falls by a factor in equal times ({@code keras.optimizers.schedules.ExponentialDecay}):
 *
 * <pre>{@code
 * rate = initialLearningRate * decayRate^(step / decaySteps)
 * }</pre>
 *
 * <p>The step is an integer scalar; the learning rate is a scalar of {@code floatx}.
 *
 * <pre>{@code
 * var schedule = new ExponentialDecay(0.1, 10_000, 0.96).staircase(true);
 * var optimizer = new SGD(schedule);
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class ExponentialDecay extends TimeDecay<ExponentialDecay> {
  private ExponentialDecay() {
    super("ExponentialDecay");
  }

  /**
   * Named {@code ExponentialDecay}.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param decaySteps how many steps make one factor
   * @param decayRate the factor
   * @throws IllegalArgumentException unless decaySteps is more than 0
   */
  public ExponentialDecay(double initialLearningRate, long decaySteps, double decayRate) {
    super("ExponentialDecay", initialLearningRate, decaySteps, decayRate);
  }

  @Override
  Tensor rateAfter(Tensor elapsed) {
    DType d = Keras.floatx();
    return Ops.multiply(Ops.power(Prims.scalar(d, decayRate()), elapsed), initialLearningRate());
  }
}
