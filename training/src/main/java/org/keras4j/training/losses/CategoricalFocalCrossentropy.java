package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;

/**
 * The cross-entropy of one-hot targets that dims what is easy ({@code keras.losses.CategoricalFocalCrossentropy}; Lin
 * et al. 2017, <a href="https://arxiv.org/abs/1708.02002">Focal Loss for Dense Object Detection</a>):
 *
 * <pre>{@code
 * loss = sum(alpha * (1 - yPred)^gamma * -yTrue * log(yPred))
 * }</pre>
 *
 * <p>Targets, one-hot, and predictions, probabilities or logits, have one shape {@code (batch, ..., classes)} of
 * floats; {@link #invoke} reduces the losses {@code (batch, ...)} to a scalar, unless {@link #reduction} says
 * otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1, 0}, {0, 0, 1}};
 * double[][] yPred = {{0.05, 0.95, 0}, {0.1, 0.8, 0.1}};
 * Tensor loss = new CategoricalFocalCrossentropy().alpha(0.25, 0.25, 0.5).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#categoricalFocalCrossentropy
 */
@KerasSerializable(module = "keras.losses")
public final class CategoricalFocalCrossentropy extends PairwiseLoss<CategoricalFocalCrossentropy> {
  @Config
  private boolean fromLogits = false;

  @Config
  private double labelSmoothing = 0.0;

  @Config
  private int axis = -1;

  @Config
  private Object alpha = 0.25;

  @Config
  private double gamma = 2.0;

  /** Named {@code categorical_focal_crossentropy}, reduced over the batch. */
  public CategoricalFocalCrossentropy() {
    super("categorical_focal_crossentropy");
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this loss
   */
  public CategoricalFocalCrossentropy fromLogits(boolean value) {
    return set("fromLogits", () -> this.fromLogits = value);
  }

  /**
   * How far targets are drawn to the middle, 0 to 1.
   *
   * @param value 0 by default
   * @return this loss
   */
  public CategoricalFocalCrossentropy labelSmoothing(double value) {
    return set("labelSmoothing", () -> this.labelSmoothing = value);
  }

  /**
   * The axis of the classes.
   *
   * @param value the last by default
   * @return this loss
   */
  public CategoricalFocalCrossentropy axis(int value) {
    return set("axis", () -> this.axis = value);
  }

  /**
   * The weight, one for all classes or one for each.
   *
   * @param value 0.25 by default
   * @return this loss
   */
  public CategoricalFocalCrossentropy alpha(double... value) {
    return set("alpha", () -> this.alpha = Extent.oneOrSeveral("alpha", value));
  }

  /**
   * How much what is easy is dimmed.
   *
   * @param value 2 by default
   * @return this loss
   */
  public CategoricalFocalCrossentropy gamma(double value) {
    return set("gamma", () -> this.gamma = value);
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalFocalCrossentropy(
        yTrue, yPred, alpha, gamma, fromLogits, labelSmoothing, axis);
  }
}
