package org.keras4j.examples.custom;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.Loss;

/** A loss: is least where predictions are a quantile of the targets. */
@KerasSerializable(pkg = "examples")
public final class QuantileLoss extends Loss {
  @Config
  private double quantile = 0.5;

  private QuantileLoss() {}

  /** For a quantile between 0 and 1. */
  public QuantileLoss(double quantile) {
    this.quantile = quantile;
  }

  @Override
  protected Tensor call(Object yTrue, Object yPred) {
    Tensor error = Ops.subtract(yTrue, yPred);
    return Ops.mean(
        Ops.maximum(Ops.multiply(error, quantile), Ops.multiply(error, quantile - 1)), -1);
  }
}
