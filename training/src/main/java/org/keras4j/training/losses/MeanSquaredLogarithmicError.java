package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of squared differences of logarithms ({@code keras.losses.MeanSquaredLogarithmicError}):
 *
 * <pre>{@code
 * loss = mean((log(max(yTrue, epsilon) + 1) - log(max(yPred, epsilon) + 1))²)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)} of floats. The loss of a sample is the mean
 * over the last axis; {@link #invoke} reduces these, of shape {@code (batch, d0, ..., dN-1)}, to a scalar of the
 * loss's dtype, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1}, {0, 0}};
 * double[][] yPred = {{1, 1}, {1, 0}};
 * Tensor loss = new MeanSquaredLogarithmicError().invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#meanSquaredLogarithmicError
 */
@KerasSerializable(module = "keras.losses")
public final class MeanSquaredLogarithmicError extends PairwiseLoss<MeanSquaredLogarithmicError> {
  /** Named {@code mean_squared_logarithmic_error}, reduced over the batch. */
  public MeanSquaredLogarithmicError() {
    super("mean_squared_logarithmic_error");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanSquaredLogarithmicError(yTrue, yPred);
  }
}
