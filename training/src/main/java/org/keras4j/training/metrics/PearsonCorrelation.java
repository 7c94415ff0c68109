package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean Pearson correlation of targets and predictions, as {@link Metrics#pearsonCorrelation} has it ({@code keras.metrics.PearsonCorrelation}). */
@KerasSerializable(module = "keras.metrics")
public final class PearsonCorrelation extends MeanMetricWrapper {
  @Config
  private @Nullable Object axis = -1;

  public PearsonCorrelation() {
    super("pearson_correlation");
  }

  public PearsonCorrelation(String name) {
    super(name);
  }

  /** The axis of the observations, several axes, or null for all; the last by default. */
  public PearsonCorrelation axis(@Nullable Object value) {
    this.axis = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.pearsonCorrelation(yTrue, yPred, axis);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
