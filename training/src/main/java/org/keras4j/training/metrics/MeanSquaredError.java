package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean of squared differences, as {@link Losses#meanSquaredError} has it ({@code keras.metrics.MeanSquaredError}). */
@KerasSerializable(module = "keras.metrics")
public final class MeanSquaredError extends MeanMetricWrapper {
  public MeanSquaredError() {
    super("mean_squared_error");
  }

  public MeanSquaredError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanSquaredError(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
