package org.keras4j.layers.constraints;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Scales weights whose norm along axes is above a limit down to it ({@code keras.constraints.MaxNorm}):
 *
 * <pre>{@code
 * w * clip(norm(w), 0, maxValue) / (norm(w) + epsilon)
 * }</pre>
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelConstraint(new MaxNorm(2, 0));
 * }</pre>
 */
@KerasSerializable(module = "keras.constraints")
public final class MaxNorm extends NormConstraint {
  @Config
  private Number maxValue = 2;

  /** At most 2, along axis 0. */
  public MaxNorm() {}

  /**
   * At most a norm along axis 0.
   *
   * @param maxValue the largest norm
   */
  public MaxNorm(Number maxValue) {
    this.maxValue = maxValue;
  }

  /**
   * At most a norm along axes.
   *
   * @param maxValue the largest norm
   * @param axis along which norms are taken, one or several
   */
  public MaxNorm(Number maxValue, int... axis) {
    super(Extent.axes(axis));
    this.maxValue = maxValue;
  }

  @Override
  public Tensor call(Tensor w) {
    Tensor norms = norms(w);
    return scaled(w, norms, Ops.clip(norms, 0, maxValue));
  }
}
