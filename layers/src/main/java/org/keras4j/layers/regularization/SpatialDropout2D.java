package org.keras4j.layers.regularization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Sets whole channels to 0 at random in training and scales the others up, over two spatial axes ({@code
 * keras.layers.SpatialDropout2D}).
 *
 * <p>Input and output shape: {@code (batch, rows, columns, channels)}, or {@code (batch, channels,
 * rows, columns)} with channels first.
 *
 * <pre>{@code
 * Tensor y = new SpatialDropout2D(0.2).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class SpatialDropout2D extends SpatialDropout<SpatialDropout2D> {
  private SpatialDropout2D() {
    super(2);
  }

  /**
   * With this rate.
   *
   * @param rate which part of the channels is dropped, from 0 to 1
   */
  public SpatialDropout2D(double rate) {
    super(2, rate);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}; the configured one by default.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; the configured one by default
   * @return this layer
   */
  public SpatialDropout2D dataFormat(@Nullable String value) {
    return layout(value);
  }
}
