package org.keras4j.layers.regularization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Sets whole channels to 0 at random in training and scales the others up, over three spatial axes ({@code
 * keras.layers.SpatialDropout3D}).
 *
 * <p>Input and output shape: {@code (batch, depth, rows, columns, channels)}, or {@code (batch, channels,
 * depth, rows, columns)} with channels first.
 *
 * <pre>{@code
 * Tensor y = new SpatialDropout3D(0.2).seed(1).invoke(Ops.ones(new long[] {2, 4, 4, 4, 3})); // (2, 4, 4, 4, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class SpatialDropout3D extends SpatialDropout<SpatialDropout3D> {
  private SpatialDropout3D() {
    super(3);
  }

  /**
   * With this rate.
   *
   * @param rate which part of the channels is dropped, from 0 to 1
   */
  public SpatialDropout3D(double rate) {
    super(3, rate);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}; the configured one by default.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; the configured one by default
   * @return this layer
   */
  public SpatialDropout3D dataFormat(@Nullable String value) {
    return layout(value);
  }
}
