package org.keras4j.layers.pooling;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The largest element of each window over one axis ({@code keras.layers.MaxPooling1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new MaxPooling1D(2).invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.MaxPool1D"})
public final class MaxPooling1D extends BasePooling<MaxPooling1D> {
  private MaxPooling1D() {
    super(1, true);
  }

  /**
   * With windows of this size.
   *
   * @param poolSize one number or one a spatial axis; none for 2
   */
  public MaxPooling1D(int... poolSize) {
    super(1, true, poolSize);
  }
}
