package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The negative log likelihood of counts under Poisson distributions ({@code keras.losses.Poisson}), up to a constant:
 *
 * <pre>{@code
 * loss = mean(yPred - yTrue * log(yPred + epsilon))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)} of floats. The loss of a sample is the mean
 * over the last axis; {@link #invoke} reduces these, of shape {@code (batch, d0, ..., dN-1)}, to a scalar of the
 * loss's dtype, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1}, {0, 0}};
 * double[][] yPred = {{1, 1}, {1, 0}};
 * Tensor loss = new Poisson().invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#poisson
 */
@KerasSerializable(module = "keras.losses")
public final class Poisson extends PairwiseLoss<Poisson> {
  /** Named {@code poisson}, reduced over the batch. */
  public Poisson() {
    super("poisson");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.poisson(yTrue, yPred);
  }
}
