package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of the logarithm of the hyperbolic cosine of differences ({@code keras.losses.LogCosh}), about {@code x² /
 * 2} for small ones and {@code |x| - log(2)} for large ones:
 *
 * <pre>{@code
 * loss = mean(log(cosh(yPred - yTrue)))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)} of floats. The loss of a sample is the mean
 * over the last axis; {@link #invoke} reduces these, of shape {@code (batch, d0, ..., dN-1)}, to a scalar of the
 * loss's dtype, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1}, {0, 0}};
 * double[][] yPred = {{1, 1}, {1, 0}};
 * Tensor loss = new LogCosh().invoke(yTrue, yPred); // 0.217
 * }</pre>
 *
 * @see Losses#logCosh
 */
@KerasSerializable(module = "keras.losses")
public final class LogCosh extends PairwiseLoss<LogCosh> {
  /** Named {@code log_cosh}, reduced over the batch. */
  public LogCosh() {
    super("log_cosh");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.logCosh(yTrue, yPred);
  }
}
