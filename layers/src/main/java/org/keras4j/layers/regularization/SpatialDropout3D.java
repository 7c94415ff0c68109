package org.keras4j.layers.regularization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Sets whole channels to 0 at random in training and scales the others up, over three spatial axes ({@code
 * keras.layers.SpatialDropout3D}).
 *
 * <p>Input and output shape: {@code (batch, depth, rows, columns, channels)}, or {@code (batch, channels,
 * depth, rows, columns)} with channels first.
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

  /** {@code "channels_last"} or {@code "channels_first"}; the configured one by default. */
  public SpatialDropout3D dataFormat(@Nullable String value) {
    return layout(value);
  }
}
