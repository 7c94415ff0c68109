package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean hinge loss of targets -1 or 1 (or 0 or 1), as {@link Losses#hinge} has it ({@code keras.metrics.Hinge}). */
@KerasSerializable(module = "keras.metrics")
public final class Hinge extends MeanMetricWrapper {
  public Hinge() {
    super("hinge");
  }

  public Hinge(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.hinge(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
