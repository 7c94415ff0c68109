package org.keras4j.layers.constraints;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Moves the norms of weights along axes into a range, at once or, with a rate below 1, by that part of
 * the way at each update ({@code keras.constraints.MinMaxNorm}).
 */
@KerasSerializable(module = "keras.constraints")
public final class MinMaxNorm extends NormConstraint {
  @Config
  private Number minValue = 0.0;

  @Config
  private Number maxValue = 1.0;

  @Config
  private Number rate = 1.0;

  /** From 0 to 1, at once, along axis 0. */
  public MinMaxNorm() {}

  /**
   * With all settings.
   *
   * @param rate from 0 to 1
   * @param axis an integer or several
   */
  public MinMaxNorm(Number minValue, Number maxValue, Number rate, Object axis) {
    super(axis);
    this.minValue = minValue;
    this.maxValue = maxValue;
    this.rate = rate;
  }

  @Override
  public Tensor call(Tensor w) {
    Tensor norms = norms(w);
    Tensor inside = Ops.clip(norms, minValue, maxValue);
    Tensor desired =
        Ops.add(Ops.multiply(rate, inside), Ops.multiply(1 - rate.doubleValue(), norms));
    return scaled(w, norms, desired);
  }
}
