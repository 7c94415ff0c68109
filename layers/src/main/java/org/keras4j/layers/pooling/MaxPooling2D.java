package org.keras4j.layers.pooling;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The largest element of each window over two spatial axes ({@code keras.layers.MaxPooling2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new MaxPooling2D(2).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 16, 16, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.MaxPool2D"})
public final class MaxPooling2D extends BasePooling<MaxPooling2D> {
  private MaxPooling2D() {
    super(2, true);
  }

  /**
   * With windows of this size.
   *
   * @param poolSize one number or one a spatial axis; none for 2
   */
  public MaxPooling2D(int... poolSize) {
    super(2, true, poolSize);
  }
}
