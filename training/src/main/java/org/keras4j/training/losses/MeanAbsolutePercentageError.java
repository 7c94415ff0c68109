package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean of absolute differences in percent of the targets, as {@link Losses#meanAbsolutePercentageError} has it ({@code keras.losses.MeanAbsolutePercentageError}). */
@KerasSerializable(module = "keras.losses")
public final class MeanAbsolutePercentageError extends PairwiseLoss {
  public MeanAbsolutePercentageError() {
    super("mean_absolute_percentage_error");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanAbsolutePercentageError(yTrue, yPred);
  }
}
