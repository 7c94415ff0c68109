package org.keras4j.layers.pooling;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of each window over two spatial axes ({@code keras.layers.AveragePooling2D}); what padding adds is not counted.
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new AveragePooling2D(2).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 16, 16, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.AvgPool2D"})
public final class AveragePooling2D extends BasePooling<AveragePooling2D> {
  private AveragePooling2D() {
    super(2, false);
  }

  /**
   * With windows of this size.
   *
   * @param poolSize one number or one a spatial axis
   */
  public AveragePooling2D(int... poolSize) {
    super(2, false, poolSize);
  }
}
