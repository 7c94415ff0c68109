package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The Kullback-Leibler divergence of targets and predictions ({@code keras.losses.KLDivergence}), both clipped to
 * {@code epsilon} and 1:
 *
 * <pre>{@code
 * loss = sum(yTrue * log(yTrue / yPred))
 * }</pre>
 *
 * <p>Targets, probabilities along the last axis, and predictions have one shape {@code (batch, ..., classes)} of
 * floats; {@link #invoke} reduces the losses {@code (batch, ...)} to a scalar, unless {@link #reduction} says
 * otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0.4, 0.6}};
 * double[][] yPred = {{0.5, 0.5}};
 * Tensor loss = new KLDivergence().invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#klDivergence
 */
@KerasSerializable(module = "keras.losses")
public final class KLDivergence extends PairwiseLoss<KLDivergence> {
  /** Named {@code kl_divergence}, reduced over the batch. */
  public KLDivergence() {
    super("kl_divergence");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.klDivergence(yTrue, yPred);
  }
}
