package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean of absolute differences in percent of the targets, as {@link Losses#meanAbsolutePercentageError} has it ({@code keras.metrics.MeanAbsolutePercentageError}). */
@KerasSerializable(module = "keras.metrics")
public final class MeanAbsolutePercentageError extends MeanMetricWrapper {
  public MeanAbsolutePercentageError() {
    super("mean_absolute_percentage_error");
  }

  public MeanAbsolutePercentageError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanAbsolutePercentageError(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
