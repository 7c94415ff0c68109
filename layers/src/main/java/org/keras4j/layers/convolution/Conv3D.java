package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Convolution over three spatial axes ({@code keras.layers.Conv3D}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code kernel
 * (depth, height, width of the window, channels / groups, filters)}, {@code bias (filters)}.
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
   * @param kernelSize the size of the window, one number or one a spatial axis
   * @throws IllegalArgumentException if a number is below 1
   */
  public Conv3D(int filters, int... kernelSize) {
    super(3, filters, kernelSize);
  }
}
