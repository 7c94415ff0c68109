package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** How often the largest prediction is that of the target's class number, as {@link Metrics#sparseCategoricalAccuracy} has it ({@code keras.metrics.SparseCategoricalAccuracy}). */
@KerasSerializable(module = "keras.metrics")
public final class SparseCategoricalAccuracy extends MeanMetricWrapper {
  public SparseCategoricalAccuracy() {
    super("sparse_categorical_accuracy");
  }

  public SparseCategoricalAccuracy(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.sparseCategoricalAccuracy(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
