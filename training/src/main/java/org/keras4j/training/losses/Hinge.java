package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The hinge loss of targets -1 or 1 (or 0 or 1), as {@link Losses#hinge} has it ({@code keras.losses.Hinge}). */
@KerasSerializable(module = "keras.losses")
public final class Hinge extends PairwiseLoss {
  public Hinge() {
    super("hinge");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.hinge(yTrue, yPred);
  }
}
