package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Convolution of each channel by kernels of its own over two spatial axes, followed by one over channels
 * alone ({@code keras.layers.SeparableConv2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code
 * depthwise_kernel (window..., channels, depthMultiplier)}, {@code pointwise_kernel (1..., channels *
 * depthMultiplier, filters)}, {@code bias (filters)}.
 *
 * <pre>{@code
 * Tensor y = new SeparableConv2D(4, 3).invoke(Ops.ones(new long[] {4, 10, 10, 12})); // (4, 8, 8, 4)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.SeparableConvolution2D"})
public final class SeparableConv2D extends BaseSeparableConv<SeparableConv2D> {
  private SeparableConv2D() {
    super(2);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public SeparableConv2D(int filters, int... kernelSize) {
    super(2, filters, kernelSize);
  }
}
