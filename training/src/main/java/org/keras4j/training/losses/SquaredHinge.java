package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The squared hinge loss of targets -1 or 1 (or 0 or 1), as {@link Losses#squaredHinge} has it ({@code keras.losses.SquaredHinge}). */
@KerasSerializable(module = "keras.losses")
public final class SquaredHinge extends PairwiseLoss {
  public SquaredHinge() {
    super("squared_hinge");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.squaredHinge(yTrue, yPred);
  }
}
