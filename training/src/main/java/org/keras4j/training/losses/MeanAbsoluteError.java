package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean of absolute differences, as {@link Losses#meanAbsoluteError} has it ({@code keras.losses.MeanAbsoluteError}). */
@KerasSerializable(module = "keras.losses")
public final class MeanAbsoluteError extends PairwiseLoss {
  public MeanAbsoluteError() {
    super("mean_absolute_error");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanAbsoluteError(yTrue, yPred);
  }
}
