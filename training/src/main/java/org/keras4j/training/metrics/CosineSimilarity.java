package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean cosine of the angle between targets and predictions ({@code keras.metrics.CosineSimilarity}). */
@KerasSerializable(module = "keras.metrics")
public final class CosineSimilarity extends MeanMetricWrapper {
  private @Nullable Object axis = -1;

  public CosineSimilarity() {
    super("cosine_similarity");
  }

  public CosineSimilarity(String name) {
    super(name);
  }

  /** The axis of the vectors, several axes, or null for all; the last by default. Keras does not save it. */
  public CosineSimilarity axis(@Nullable Object value) {
    this.axis = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.cosine(yTrue, yPred, axis);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
