package org.keras4j.layers.rnn;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * A long short-term memory whose products are convolutions over one spatial axis ({@code
 * keras.layers.ConvLSTM1D}; Shi et al. 2015, arXiv:1506.04214).
 *
 * <p>Input shape: {@code (batch, time, steps, channels)}, or {@code (batch, time, channels, steps)} with
 * channels first. Output shape: {@code (batch, steps, filters)} with new sizes, with return sequences with
 * the time axis, with return state a list of that, h and c. Weights: {@code kernel (window..., channels, 4
 * filters)}, {@code recurrent_kernel (window..., filters, 4 filters)}, {@code bias (4 filters)}.
 *
 * <pre>{@code
 * Tensor y = new ConvLSTM1D(4, 3).invoke(Ops.ones(new long[] {2, 5, 16, 3})); // (2, 14, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ConvLSTM1D extends BaseConvLSTM<ConvLSTM1D> {
  private ConvLSTM1D() {
    this(1, 1);
  }

  /**
   * With this many output channels.
   *
   * @param filters how many outputs there are at each place, above 0
   * @param kernelSize the size of the window, one number or one a spatial axis
   */
  public ConvLSTM1D(int filters, int... kernelSize) {
    super(1, filters, kernelSize);
  }
}
