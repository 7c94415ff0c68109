package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The hinge loss of one-hot targets, as {@link Losses#categoricalHinge} has it ({@code keras.losses.CategoricalHinge}). */
@KerasSerializable(module = "keras.losses")
public final class CategoricalHinge extends PairwiseLoss {
  public CategoricalHinge() {
    super("categorical_hinge");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalHinge(yTrue, yPred);
  }
}
