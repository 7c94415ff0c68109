package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Transposed convolution over two spatial axes ({@code keras.layers.Conv2DTranspose}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code kernel
 * (window..., filters, channels)}, {@code bias (filters)}.
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
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public Conv2DTranspose(int filters, int... kernelSize) {
    super(2, filters, kernelSize);
  }
}
