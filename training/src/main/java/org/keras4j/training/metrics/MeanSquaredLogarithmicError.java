package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean of squared differences of logarithms, as {@link Losses#meanSquaredLogarithmicError} has it ({@code keras.metrics.MeanSquaredLogarithmicError}). */
@KerasSerializable(module = "keras.metrics")
public final class MeanSquaredLogarithmicError extends MeanMetricWrapper {
  public MeanSquaredLogarithmicError() {
    super("mean_squared_logarithmic_error");
  }

  public MeanSquaredLogarithmicError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanSquaredLogarithmicError(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
