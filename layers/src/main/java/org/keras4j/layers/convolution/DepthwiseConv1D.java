package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Convolution of each channel by kernels of its own over one spatial or temporal axis ({@code
 * keras.layers.DepthwiseConv1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: likewise, with new sizes and {@code channels * depthMultiplier} channels. Weights:
 * {@code kernel (window..., channels, depthMultiplier)}, {@code bias}.
 *
 * <pre>{@code
 * Tensor y = new DepthwiseConv1D(3).depthMultiplier(2).invoke(Ops.ones(new long[] {4, 10, 12})); // (4, 8, 24)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class DepthwiseConv1D extends BaseDepthwiseConv<DepthwiseConv1D> {
  private DepthwiseConv1D() {
    super(1);
  }

  /**
   * With this window.
   *
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public DepthwiseConv1D(int... kernelSize) {
    super(1, kernelSize);
  }
}
