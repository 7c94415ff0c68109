package org.keras4j.layers.pooling;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of each window over three spatial axes ({@code keras.layers.AveragePooling3D}); what padding adds is not counted.
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels
 * first. Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new AveragePooling3D(2).invoke(Ops.ones(new long[] {2, 4, 4, 4, 3})); // (2, 2, 2, 2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.AvgPool3D"})
public final class AveragePooling3D extends BasePooling<AveragePooling3D> {
  private AveragePooling3D() {
    super(3, false);
  }

  /**
   * With windows of this size.
   *
   * @param poolSize one number or one a spatial axis
   */
  public AveragePooling3D(int... poolSize) {
    super(3, false, poolSize);
  }
}
