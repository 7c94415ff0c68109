package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Transposed convolution over three spatial axes ({@code keras.layers.Conv3DTranspose}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code kernel
 * (window..., filters, channels)}, {@code bias (filters)}.
 *
 * <pre>{@code
 * Tensor y = new Conv3DTranspose(32, 2).strides(2).invoke(Ops.ones(new long[] {4, 5, 4, 3, 16})); // (4, 10, 8, 6, 32)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.Convolution3DTranspose"})
public final class Conv3DTranspose extends BaseConvTranspose<Conv3DTranspose> {
  private Conv3DTranspose() {
    super(3);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public Conv3DTranspose(int filters, int... kernelSize) {
    super(3, filters, kernelSize);
  }
}
