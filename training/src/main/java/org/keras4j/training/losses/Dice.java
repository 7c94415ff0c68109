package org.keras4j.training.losses;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;

/**
 * The Dice loss of segmentations ({@code keras.losses.Dice}), from 0, where they agree, to 1:
 *
 * <pre>{@code
 * loss = 1 - 2 * sum(yTrue * yPred) / (sum(yTrue) + sum(yPred) + epsilon)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, ..., classes)} of floats from 0 to 1. Over all axes (the
 * default) the loss is one scalar; over some {@link #axis axes}, the losses of the shape of the others are reduced to
 * a scalar, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{1, 0}, {1, 1}};
 * double[][] yPred = {{0.9, 0.2}, {0.8, 0.7}};
 * Tensor loss = new Dice().axis(1).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#dice
 */
@KerasSerializable(module = "keras.losses")
public final class Dice extends PairwiseLoss<Dice> {
  @Config
  private @Nullable Object axis;

  /** Named {@code dice}, reduced over the batch. */
  public Dice() {
    super("dice");
  }

  /**
   * The axes that are summed over.
   *
   * @param value one or several; null or none for all, the default
   * @return this loss
   */
  public Dice axis(int @Nullable ... value) {
    return set("axis", () -> this.axis = Extent.axes(value));
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.dice(yTrue, yPred, axis);
  }
}
