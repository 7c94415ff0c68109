package org.keras4j.layers.pooling;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The mean of each window over one axis ({@code keras.layers.AveragePooling1D}); what padding adds is not counted.
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new AveragePooling1D(2).invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.AvgPool1D"})
public final class AveragePooling1D extends BasePooling<AveragePooling1D> {
  private AveragePooling1D() {
    super(1, false);
  }

  /**
   * With windows of this size.
   *
   * @param poolSize one number or one a spatial axis
   */
  public AveragePooling1D(int... poolSize) {
    super(1, false, poolSize);
  }
}
