package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Transposed convolution over one spatial or temporal axis ({@code keras.layers.Conv1DTranspose}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code kernel
 * (window..., filters, channels)}, {@code bias (filters)}.
 *
 * <pre>{@code
 * Tensor y = new Conv1DTranspose(32, 3).strides(2).invoke(Ops.ones(new long[] {4, 10, 128})); // (4, 21, 32)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.Convolution1DTranspose"})
public final class Conv1DTranspose extends BaseConvTranspose<Conv1DTranspose> {
  private Conv1DTranspose() {
    super(1);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public Conv1DTranspose(int filters, int... kernelSize) {
    super(1, filters, kernelSize);
  }
}
