package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Convolution over one spatial or temporal axis ({@code keras.layers.Conv1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code kernel
 * (width of the window, channels / groups, filters)}, {@code bias (filters)}.
 *
 * <pre>{@code
 * Tensor y = new Conv1D(32, 3).activation("relu").invoke(Ops.ones(new long[] {4, 10, 128})); // (4, 8, 32)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.Convolution1D"})
public final class Conv1D extends BaseConv<Conv1D> {
  private Conv1D() {
    super(1);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   * @throws IllegalArgumentException if a number is below 1
   */
  public Conv1D(int filters, int... kernelSize) {
    super(1, filters, kernelSize);
  }
}
