package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The Kullback-Leibler divergence of two distributions, as {@link Losses#klDivergence} has it ({@code keras.losses.KLDivergence}). */
@KerasSerializable(module = "keras.losses")
public final class KLDivergence extends PairwiseLoss {
  public KLDivergence() {
    super("kl_divergence");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.klDivergence(yTrue, yPred);
  }
}
