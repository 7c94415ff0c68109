package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** How often the largest prediction is that of the one-hot target, as {@link Metrics#categoricalAccuracy} has it ({@code keras.metrics.CategoricalAccuracy}). */
@KerasSerializable(module = "keras.metrics")
public final class CategoricalAccuracy extends MeanMetricWrapper {
  public CategoricalAccuracy() {
    super("categorical_accuracy");
  }

  public CategoricalAccuracy(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.categoricalAccuracy(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
