package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** How often the one-hot target is among the k largest predictions, as {@link Metrics#topKCategoricalAccuracy} has it ({@code keras.metrics.TopKCategoricalAccuracy}). */
@KerasSerializable(module = "keras.metrics")
public final class TopKCategoricalAccuracy extends MeanMetricWrapper {
  @Config
  private int k = 5;

  public TopKCategoricalAccuracy() {
    super("top_k_categorical_accuracy");
  }

  public TopKCategoricalAccuracy(String name) {
    super(name);
  }

  /** How many predictions count; 5 by default. */
  public TopKCategoricalAccuracy k(int value) {
    this.k = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.topKCategoricalAccuracy(yTrue, yPred, k);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
