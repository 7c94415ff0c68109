package org.keras4j.training.losses;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The Dice loss of segmentations, as {@link Losses#dice} has it ({@code keras.losses.Dice}). */
@KerasSerializable(module = "keras.losses")
public final class Dice extends PairwiseLoss {
  @Config
  private @Nullable Object axis;

  public Dice() {
    super("dice");
  }

  /** The axes that are summed over, null (the default) for all. */
  public Dice axis(@Nullable Object value) {
    this.axis = value;
    return this;
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.dice(yTrue, yPred, axis);
  }
}
