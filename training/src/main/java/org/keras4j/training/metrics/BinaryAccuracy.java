package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** How often predictions, as yes or no, equal targets, as {@link Metrics#binaryAccuracy} has it ({@code keras.metrics.BinaryAccuracy}). */
@KerasSerializable(module = "keras.metrics")
public final class BinaryAccuracy extends MeanMetricWrapper {
  @Config
  private double threshold = 0.5;

  public BinaryAccuracy() {
    super("binary_accuracy");
  }

  public BinaryAccuracy(String name) {
    super(name);
  }

  /** Predictions above it mean 1; 0.5 by default. */
  public BinaryAccuracy threshold(double value) {
    this.threshold = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.binaryAccuracy(yTrue, yPred, threshold);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
