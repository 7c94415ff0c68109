package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean of absolute differences, as {@link Losses#meanAbsoluteError} has it ({@code keras.metrics.MeanAbsoluteError}). */
@KerasSerializable(module = "keras.metrics")
public final class MeanAbsoluteError extends MeanMetricWrapper {
  public MeanAbsoluteError() {
    super("mean_absolute_error");
  }

  public MeanAbsoluteError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanAbsoluteError(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
