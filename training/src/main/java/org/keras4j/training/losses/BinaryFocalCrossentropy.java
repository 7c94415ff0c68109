package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** Cross-entropy of yes and no that dims what is easy, as {@link Losses#binaryFocalCrossentropy} has it ({@code keras.losses.BinaryFocalCrossentropy}). */
@KerasSerializable(module = "keras.losses")
public final class BinaryFocalCrossentropy extends PairwiseLoss {
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

  public BinaryFocalCrossentropy() {
    super("binary_focal_crossentropy");
  }

  /** Whether predictions are logits, not probabilities; false by default. */
  public BinaryFocalCrossentropy fromLogits(boolean value) {
    this.fromLogits = value;
    return this;
  }

  /** How far targets are drawn to the middle, 0 to 1; 0 by default. */
  public BinaryFocalCrossentropy labelSmoothing(double value) {
    this.labelSmoothing = value;
    return this;
  }

  /** The axis of the classes; the last by default. */
  public BinaryFocalCrossentropy axis(int value) {
    this.axis = value;
    return this;
  }

  /** Whether class 1 counts alpha and class 0 counts 1 - alpha; false by default. */
  public BinaryFocalCrossentropy applyClassBalancing(boolean value) {
    this.applyClassBalancing = value;
    return this;
  }

  /** The weight of class 1; 0.25 by default. */
  public BinaryFocalCrossentropy alpha(double value) {
    this.alpha = value;
    return this;
  }

  /** How much what is easy is dimmed; 2 by default. */
  public BinaryFocalCrossentropy gamma(double value) {
    this.gamma = value;
    return this;
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.binaryFocalCrossentropy(
        yTrue, yPred, applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing, axis);
  }
}
