package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of absolute differences in percent of the targets ({@code keras.losses.MeanAbsolutePercentageError}):
 *
 * <pre>{@code
 * loss = 100 * mean(|(yTrue - yPred) / max(|yTrue|, epsilon)|)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)} of floats. The loss of a sample is the mean
 * over the last axis; {@link #invoke} reduces these, of shape {@code (batch, d0, ..., dN-1)}, to a scalar of the
 * loss's dtype, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1}, {0, 0}};
 * double[][] yPred = {{1, 1}, {1, 0}};
 * Tensor loss = new MeanAbsolutePercentageError().invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#meanAbsolutePercentageError
 */
@KerasSerializable(module = "keras.losses")
public final class MeanAbsolutePercentageError extends PairwiseLoss<MeanAbsolutePercentageError> {
  /** Named {@code mean_absolute_percentage_error}, reduced over the batch. */
  public MeanAbsolutePercentageError() {
    super("mean_absolute_percentage_error");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanAbsolutePercentageError(yTrue, yPred);
  }
}
