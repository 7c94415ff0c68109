package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Convolution over three spatial axes ({@code keras.layers.Conv3D}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code kernel
 * (depth, height, width of the window, channels / groups, filters)}, {@code bias (filters)}.
 *
 * <pre>{@code
 * Tensor y = new Conv3D(2, 3).activation("relu").invoke(Ops.ones(new long[] {4, 5, 5, 5, 1})); // (4, 3, 3, 3, 2)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.Convolution3D"})
public final class Conv3D extends BaseConv<Conv3D> {
  private Conv3D() {
    super(3);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   * @throws IllegalArgumentException if a number is below 1
   */
  public Conv3D(int filters, int... kernelSize) {
    super(3, filters, kernelSize);
  }
}
