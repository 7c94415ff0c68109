package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of squared differences ({@code keras.losses.MeanSquaredError}):
 *
 * <pre>{@code
 * loss = mean((yTrue - yPred)²)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)} of floats. The loss of a sample is the mean
 * over the last axis; {@link #invoke} reduces these, of shape {@code (batch, d0, ..., dN-1)}, to a scalar of the
 * loss's dtype, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1}, {0, 0}};
 * double[][] yPred = {{1, 1}, {1, 0}};
 * Tensor loss = new MeanSquaredError().invoke(yTrue, yPred); // 0.5
 * }</pre>
 *
 * @see Losses#meanSquaredError
 */
@KerasSerializable(module = "keras.losses")
public final class MeanSquaredError extends PairwiseLoss<MeanSquaredError> {
  /** Named {@code mean_squared_error}, reduced over the batch. */
  public MeanSquaredError() {
    super("mean_squared_error");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanSquaredError(yTrue, yPred);
  }
}
