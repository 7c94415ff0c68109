package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean cross-entropy of one-hot targets, as {@link Losses#categoricalCrossentropy} has it ({@code keras.metrics.CategoricalCrossentropy}). */
@KerasSerializable(module = "keras.metrics")
public final class CategoricalCrossentropy extends MeanMetricWrapper {
  @Config
  private boolean fromLogits = false;

  @Config
  private double labelSmoothing = 0;

  @Config
  private int axis = -1;

  public CategoricalCrossentropy() {
    super("categorical_crossentropy");
  }

  public CategoricalCrossentropy(String name) {
    super(name);
  }

  /** Whether predictions are logits, not probabilities; false by default. */
  public CategoricalCrossentropy fromLogits(boolean value) {
    this.fromLogits = value;
    return this;
  }

  /** How far targets are drawn to the middle, 0 to 1; 0 by default. */
  public CategoricalCrossentropy labelSmoothing(double value) {
    this.labelSmoothing = value;
    return this;
  }

  /** The axis of the classes; the last by default. */
  public CategoricalCrossentropy axis(int value) {
    this.axis = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalCrossentropy(yTrue, yPred, fromLogits, labelSmoothing, axis);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
