package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The hinge loss of targets -1 or 1 ({@code keras.losses.Hinge}); targets 0 and 1 are taken as -1 and 1:
 *
 * <pre>{@code
 * loss = mean(max(1 - yTrue * yPred, 0))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)} of floats. The loss of a sample is the mean
 * over the last axis; {@link #invoke} reduces these, of shape {@code (batch, d0, ..., dN-1)}, to a scalar of the
 * loss's dtype, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{-1, 1}, {1, -1}};
 * double[][] yPred = {{0.6, 0.4}, {0.4, 0.6}};
 * Tensor loss = new Hinge().invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#hinge
 */
@KerasSerializable(module = "keras.losses")
public final class Hinge extends PairwiseLoss<Hinge> {
  /** Named {@code hinge}, reduced over the batch. */
  public Hinge() {
    super("hinge");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.hinge(yTrue, yPred);
  }
}
