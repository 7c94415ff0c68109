package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean cross-entropy of yes and no, as {@link Losses#binaryCrossentropy} has it ({@code keras.metrics.BinaryCrossentropy}). */
@KerasSerializable(module = "keras.metrics")
public final class BinaryCrossentropy extends MeanMetricWrapper {
  @Config
  private boolean fromLogits = false;

  @Config
  private double labelSmoothing = 0;

  public BinaryCrossentropy() {
    super("binary_crossentropy");
  }

  public BinaryCrossentropy(String name) {
    super(name);
  }

  /** Whether predictions are logits, not probabilities; false by default. */
  public BinaryCrossentropy fromLogits(boolean value) {
    this.fromLogits = value;
    return this;
  }

  /** How far targets are drawn to the middle, 0 to 1; 0 by default. */
  public BinaryCrossentropy labelSmoothing(double value) {
    this.labelSmoothing = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.binaryCrossentropy(yTrue, yPred, fromLogits, labelSmoothing, -1);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
