package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean of squared differences, as {@link Losses#meanSquaredError} has it ({@code keras.losses.MeanSquaredError}). */
@KerasSerializable(module = "keras.losses")
public final class MeanSquaredError extends PairwiseLoss {
  public MeanSquaredError() {
    super("mean_squared_error");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanSquaredError(yTrue, yPred);
  }
}
