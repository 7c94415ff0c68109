package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** How often predictions equal targets ({@code keras.metrics.Accuracy}). */
@KerasSerializable(module = "keras.metrics")
public final class Accuracy extends MeanMetricWrapper {
  public Accuracy() {
    super("accuracy");
  }

  public Accuracy(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.accuracy(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
