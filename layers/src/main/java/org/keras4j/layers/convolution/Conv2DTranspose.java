package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Transposed convolution over two spatial axes ({@code keras.layers.Conv2DTranspose}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code kernel
 * (window..., filters, channels)}, {@code bias (filters)}.
 *
 * <pre>{@code
 * Tensor y = new Conv2DTranspose(32, 2).strides(2).invoke(Ops.ones(new long[] {4, 10, 8, 128})); // (4, 20, 16, 32)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.Convolution2DTranspose"})
public final class Conv2DTranspose extends BaseConvTranspose<Conv2DTranspose> {
  private Conv2DTranspose() {
    super(2);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public Conv2DTranspose(int filters, int... kernelSize) {
    super(2, filters, kernelSize);
  }
}
