package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean hinge loss of one-hot targets, as {@link Losses#categoricalHinge} has it ({@code keras.metrics.CategoricalHinge}). */
@KerasSerializable(module = "keras.metrics")
public final class CategoricalHinge extends MeanMetricWrapper {
  public CategoricalHinge() {
    super("categorical_hinge");
  }

  public CategoricalHinge(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalHinge(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
