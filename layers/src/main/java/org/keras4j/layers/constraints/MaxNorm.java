package org.keras4j.layers.constraints;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/** Scales weights whose norm along axes is above a limit down to it ({@code keras.constraints.MaxNorm}). */
@KerasSerializable(module = "keras.constraints")
public final class MaxNorm extends NormConstraint {
  @Config
  private Number maxValue = 2;

  /** At most 2, along axis 0. */
  public MaxNorm() {}

  /** At most {@code maxValue}, along axis 0. */
  public MaxNorm(Number maxValue) {
    this.maxValue = maxValue;
  }

  /**
   * At most {@code maxValue} along these axes.
   *
   * @param axis an integer or several
   */
  public MaxNorm(Number maxValue, Object axis) {
    super(axis);
    this.maxValue = maxValue;
  }

  @Override
  public Tensor call(Tensor w) {
    Tensor norms = norms(w);
    return scaled(w, norms, Ops.clip(norms, 0, maxValue));
  }
}
