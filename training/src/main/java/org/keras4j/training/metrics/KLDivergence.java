package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean Kullback-Leibler divergence of two distributions, as {@link Losses#klDivergence} has it ({@code keras.metrics.KLDivergence}). */
@KerasSerializable(module = "keras.metrics")
public final class KLDivergence extends MeanMetricWrapper {
  public KLDivergence() {
    super("kl_divergence");
  }

  public KLDivergence(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.klDivergence(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
