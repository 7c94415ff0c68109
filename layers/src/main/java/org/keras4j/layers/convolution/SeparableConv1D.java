package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Convolution of each channel by kernels of its own over one spatial or temporal axis, followed by one over channels
 * alone ({@code keras.layers.SeparableConv1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: likewise, with new sizes and {@code filters} channels. Weights: {@code
 * depthwise_kernel (window..., channels, depthMultiplier)}, {@code pointwise_kernel (1..., channels *
 * depthMultiplier, filters)}, {@code bias (filters)}.
 *
 * <pre>{@code
 * Tensor y = new SeparableConv1D(4, 3).invoke(Ops.ones(new long[] {4, 10, 12})); // (4, 8, 4)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.SeparableConvolution1D"})
public final class SeparableConv1D extends BaseSeparableConv<SeparableConv1D> {
  private SeparableConv1D() {
    super(1);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public SeparableConv1D(int filters, int... kernelSize) {
    super(1, filters, kernelSize);
  }
}
