package org.keras4j.layers.convolution;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Convolution of each channel by kernels of its own over two spatial axes ({@code
 * keras.layers.DepthwiseConv2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: likewise, with new sizes and {@code channels * depthMultiplier} channels. Weights:
 * {@code kernel (window..., channels, depthMultiplier)}, {@code bias}.
 *
 * <pre>{@code
 * Tensor y = new DepthwiseConv2D(3).depthMultiplier(2).invoke(Ops.ones(new long[] {4, 10, 10, 12})); // (4, 8, 8, 24)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class DepthwiseConv2D extends BaseDepthwiseConv<DepthwiseConv2D> {
  private DepthwiseConv2D() {
    super(2);
  }

  /**
   * With this window.
   *
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public DepthwiseConv2D(int... kernelSize) {
    super(2, kernelSize);
  }
}
