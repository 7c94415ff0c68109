package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Convolution over two spatial axes ({@code keras.layers.Conv2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code kernel
 * (height, width of the window, channels / groups, filters)}, {@code bias (filters)}.
 *
 * <pre>{@code
 * Tensor y = new Conv2D(2, 3).padding("same").activation("relu").invoke(Ops.ones(new long[] {4, 10, 10, 128})); // (4, 10, 10, 2)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.Convolution2D"})
public final class Conv2D extends BaseConv<Conv2D> {
  private Conv2D() {
    super(2);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   * @throws IllegalArgumentException if a number is below 1
   */
  public Conv2D(int filters, int... kernelSize) {
    super(2, filters, kernelSize);
  }
}
