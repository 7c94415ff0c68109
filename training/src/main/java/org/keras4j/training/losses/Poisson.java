package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The Poisson loss, as {@link Losses#poisson} has it ({@code keras.losses.Poisson}). */
@KerasSerializable(module = "keras.losses")
public final class Poisson extends PairwiseLoss {
  public Poisson() {
    super("poisson");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.poisson(yTrue, yPred);
  }
}
