package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The cross-entropy of yes and no that dims what is easy ({@code keras.losses.BinaryFocalCrossentropy}; Lin et al.
 * 2017, <a href="https://arxiv.org/abs/1708.02002">Focal Loss for Dense Object Detection</a>), where {@code p} is the
 * probability given to the right answer:
 *
 * <pre>{@code
 * loss = mean((1 - p)^gamma * -log(p))      times alpha or 1 - alpha, if classes are balanced
 * }</pre>
 *
 * <p>Targets, 0 or 1, and predictions, probabilities or logits, have one shape {@code (batch, d0, ..., dN)}; the
 * losses lack {@link #axis}, and {@link #invoke} reduces them to a scalar, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[] yTrue = {0, 1, 0, 0};
 * double[] yPred = {0.6, 0.3, 0.2, 0.9};
 * Tensor loss = new BinaryFocalCrossentropy().gamma(2).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#binaryFocalCrossentropy
 */
@KerasSerializable(module = "keras.losses")
public final class BinaryFocalCrossentropy extends PairwiseLoss<BinaryFocalCrossentropy> {
  @Config
  private boolean fromLogits = false;

  @Config
  private double labelSmoothing = 0.0;

  @Config
  private int axis = -1;

  @Config
  private boolean applyClassBalancing = false;

  @Config
  private double alpha = 0.25;

  @Config
  private double gamma = 2.0;

  /** Named {@code binary_focal_crossentropy}, reduced over the batch. */
  public BinaryFocalCrossentropy() {
    super("binary_focal_crossentropy");
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this loss
   */
  public BinaryFocalCrossentropy fromLogits(boolean value) {
    return set("fromLogits", () -> this.fromLogits = value);
  }

  /**
   * How far targets are drawn to the middle, 0 to 1.
   *
   * @param value 0 by default
   * @return this loss
   */
  public BinaryFocalCrossentropy labelSmoothing(double value) {
    return set("labelSmoothing", () -> this.labelSmoothing = value);
  }

  /**
   * The axis of the classes.
   *
   * @param value the last by default
   * @return this loss
   */
  public BinaryFocalCrossentropy axis(int value) {
    return set("axis", () -> this.axis = value);
  }

  /**
   * Whether class 1 counts alpha and class 0 counts 1 - alpha.
   *
   * @param value false by default
   * @return this loss
   */
  public BinaryFocalCrossentropy applyClassBalancing(boolean value) {
    return set("applyClassBalancing", () -> this.applyClassBalancing = value);
  }

  /**
   * The weight of class 1.
   *
   * @param value 0.25 by default
   * @return this loss
   */
  public BinaryFocalCrossentropy alpha(double value) {
    return set("alpha", () -> this.alpha = value);
  }

  /**
   * How much what is easy is dimmed.
   *
   * @param value 2 by default
   * @return this loss
   */
  public BinaryFocalCrossentropy gamma(double value) {
    return set("gamma", () -> this.gamma = value);
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.binaryFocalCrossentropy(
        yTrue, yPred, applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing, axis);
  }
}
