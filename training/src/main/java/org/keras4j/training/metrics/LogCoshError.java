package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean of the logarithm of the hyperbolic cosine of differences, as {@link Losses#logCosh} has it ({@code keras.metrics.LogCoshError}). */
@KerasSerializable(module = "keras.metrics")
public final class LogCoshError extends MeanMetricWrapper {
  public LogCoshError() {
    super("logcosh");
  }

  public LogCoshError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.logCosh(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
