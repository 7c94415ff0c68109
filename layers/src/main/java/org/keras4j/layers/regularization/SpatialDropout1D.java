package org.keras4j.layers.regularization;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Sets whole channels to 0 at random in training and scales the others up, over one axis ({@code
 * keras.layers.SpatialDropout1D}).
 *
 * <p>Input and output shape: {@code (batch, steps, channels)}.
 *
 * <pre>{@code
 * Tensor y = new SpatialDropout1D(0.2).seed(1).invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 5, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class SpatialDropout1D extends SpatialDropout<SpatialDropout1D> {
  private SpatialDropout1D() {
    super(1);
  }

  /**
   * With this rate.
   *
   * @param rate which part of the channels is dropped, from 0 to 1
   */
  public SpatialDropout1D(double rate) {
    super(1, rate);
  }
}
