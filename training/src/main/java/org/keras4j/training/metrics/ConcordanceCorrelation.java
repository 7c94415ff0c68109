package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean concordance correlation of targets and predictions, as {@link Metrics#concordanceCorrelation} has it ({@code keras.metrics.ConcordanceCorrelation}). */
@KerasSerializable(module = "keras.metrics")
public final class ConcordanceCorrelation extends MeanMetricWrapper {
  @Config
  private @Nullable Object axis = -1;

  public ConcordanceCorrelation() {
    super("concordance_correlation");
  }

  public ConcordanceCorrelation(String name) {
    super(name);
  }

  /** The axis of the observations, several axes, or null for all; the last by default. */
  public ConcordanceCorrelation axis(@Nullable Object value) {
    this.axis = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.concordanceCorrelation(yTrue, yPred, axis);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
