package org.keras4j.layers.pooling;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The largest element of each window over three spatial axes ({@code keras.layers.MaxPooling3D}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels
 * first. Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new MaxPooling3D(2).invoke(Ops.ones(new long[] {2, 4, 4, 4, 3})); // (2, 2, 2, 2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.MaxPool3D"})
public final class MaxPooling3D extends BasePooling<MaxPooling3D> {
  private MaxPooling3D() {
    super(3, true);
  }

  /**
   * With windows of this size.
   *
   * @param poolSize one number or one a spatial axis; none for 2
   */
  public MaxPooling3D(int... poolSize) {
    super(3, true, poolSize);
  }
}
