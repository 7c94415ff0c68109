package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean of squared differences of logarithms, as {@link Losses#meanSquaredLogarithmicError} has it ({@code keras.losses.MeanSquaredLogarithmicError}). */
@KerasSerializable(module = "keras.losses")
public final class MeanSquaredLogarithmicError extends PairwiseLoss {
  public MeanSquaredLogarithmicError() {
    super("mean_squared_logarithmic_error");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanSquaredLogarithmicError(yTrue, yPred);
  }
}
