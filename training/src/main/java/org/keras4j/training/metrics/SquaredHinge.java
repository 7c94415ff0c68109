package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean squared hinge loss of targets -1 or 1 (or 0 or 1), as {@link Losses#squaredHinge} has it ({@code keras.metrics.SquaredHinge}). */
@KerasSerializable(module = "keras.metrics")
public final class SquaredHinge extends MeanMetricWrapper {
  public SquaredHinge() {
    super("squared_hinge");
  }

  public SquaredHinge(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.squaredHinge(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
