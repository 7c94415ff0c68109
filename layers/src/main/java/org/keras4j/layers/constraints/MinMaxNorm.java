package org.keras4j.layers.constraints;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Moves the norms of weights along axes into a range, at once or, with a rate below 1, by that part of the way at
 * each update ({@code keras.constraints.MinMaxNorm}):
 *
 * <pre>{@code
 * w * (rate * clip(norm(w), minValue, maxValue) + (1 - rate) * norm(w)) / (norm(w) + epsilon)
 * }</pre>
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelConstraint(new MinMaxNorm(0.5, 1, 0.9, 0));
 * }</pre>
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
   * @param minValue the least norm
   * @param maxValue the largest norm
   * @param rate the part of the way that each update goes, from 0 to 1
   * @param axis along which norms are taken, one or several
   */
  public MinMaxNorm(Number minValue, Number maxValue, Number rate, int... axis) {
    super(Extent.axes(axis));
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
