package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The cross-entropy of yes and no ({@code keras.losses.BinaryCrossentropy}):
 *
 * <pre>{@code
 * loss = mean(-yTrue * log(yPred) - (1 - yTrue) * log(1 - yPred))
 * }</pre>
 *
 * <p>Targets, 0 or 1, and predictions, probabilities or logits, have one shape {@code (batch, d0, ..., dN)}; the
 * losses lack {@link #axis}, and {@link #invoke} reduces them to a scalar, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[] yTrue = {0, 1, 0, 0};
 * double[] yPred = {-18.6, 0.51, 2.94, -12.8};
 * Tensor loss = new BinaryCrossentropy().fromLogits(true).invoke(yTrue, yPred); // 0.865
 * }</pre>
 *
 * @see Losses#binaryCrossentropy
 */
@KerasSerializable(module = "keras.losses")
public final class BinaryCrossentropy extends PairwiseLoss<BinaryCrossentropy> {
  @Config
  private boolean fromLogits = false;

  @Config
  private double labelSmoothing = 0.0;

  @Config
  private int axis = -1;

  /** Named {@code binary_crossentropy}, reduced over the batch. */
  public BinaryCrossentropy() {
    super("binary_crossentropy");
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this loss
   */
  public BinaryCrossentropy fromLogits(boolean value) {
    return set("fromLogits", () -> this.fromLogits = value);
  }

  /**
   * How far targets are drawn to the middle, 0 to 1.
   *
   * @param value 0 by default
   * @return this loss
   */
  public BinaryCrossentropy labelSmoothing(double value) {
    return set("labelSmoothing", () -> this.labelSmoothing = value);
  }

  /**
   * The axis of the classes.
   *
   * @param value the last by default
   * @return this loss
   */
  public BinaryCrossentropy axis(int value) {
    return set("axis", () -> this.axis = value);
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.binaryCrossentropy(yTrue, yPred, fromLogits, labelSmoothing, axis);
  }
}
