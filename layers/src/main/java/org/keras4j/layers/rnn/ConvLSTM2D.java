package org.keras4j.layers.rnn;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * A long short-term memory whose products are convolutions over two spatial axes ({@code
 * keras.layers.ConvLSTM2D}; Shi et al. 2015, arXiv:1506.04214).
 *
 * <p>Input shape: {@code (batch, time, rows, columns, channels)}, or {@code (batch, time, channels, rows, columns)} with
 * channels first. Output shape: {@code (batch, rows, columns, filters)} with new sizes, with return sequences with
 * the time axis, with return state a list of that, h and c. Weights: {@code kernel (window..., channels, 4
 * filters)}, {@code recurrent_kernel (window..., filters, 4 filters)}, {@code bias (4 filters)}.
 *
 * <pre>{@code
 * Tensor y = new ConvLSTM2D(4, 3).padding("same").invoke(Ops.ones(new long[] {2, 5, 16, 16, 3})); // (2, 16, 16, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ConvLSTM2D extends BaseConvLSTM<ConvLSTM2D> {
  private ConvLSTM2D() {
    this(1, 1);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public ConvLSTM2D(int filters, int... kernelSize) {
    super(2, filters, kernelSize);
  }
}
