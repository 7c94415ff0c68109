package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean Poisson loss, as {@link Losses#poisson} has it ({@code keras.metrics.Poisson}). */
@KerasSerializable(module = "keras.metrics")
public final class Poisson extends MeanMetricWrapper {
  public Poisson() {
    super("poisson");
  }

  public Poisson(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.poisson(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
