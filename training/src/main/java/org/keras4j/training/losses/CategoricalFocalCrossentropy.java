package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** Cross-entropy of one-hot targets that dims what is easy, as {@link Losses#categoricalFocalCrossentropy} has it ({@code keras.losses.CategoricalFocalCrossentropy}). */
@KerasSerializable(module = "keras.losses")
public final class CategoricalFocalCrossentropy extends PairwiseLoss {
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

  public CategoricalFocalCrossentropy() {
    super("categorical_focal_crossentropy");
  }

  /** Whether predictions are logits, not probabilities; false by default. */
  public CategoricalFocalCrossentropy fromLogits(boolean value) {
    this.fromLogits = value;
    return this;
  }

  /** How far targets are drawn to the middle, 0 to 1; 0 by default. */
  public CategoricalFocalCrossentropy labelSmoothing(double value) {
    this.labelSmoothing = value;
    return this;
  }

  /** The axis of the classes; the last by default. */
  public CategoricalFocalCrossentropy axis(int value) {
    this.axis = value;
    return this;
  }

  /** The weight, a number or one for each class; 0.25 by default. */
  public CategoricalFocalCrossentropy alpha(Object value) {
    this.alpha = value;
    return this;
  }

  /** How much what is easy is dimmed; 2 by default. */
  public CategoricalFocalCrossentropy gamma(double value) {
    this.gamma = value;
    return this;
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalFocalCrossentropy(
        yTrue, yPred, alpha, gamma, fromLogits, labelSmoothing, axis);
  }
}
