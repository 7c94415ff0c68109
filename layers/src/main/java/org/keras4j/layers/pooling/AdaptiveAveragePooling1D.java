package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The mean of windows chosen so that the output has a given size, over one spatial or temporal axis
 * ({@code keras.layers.AdaptiveAveragePooling1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: likewise, with the sizes asked for.
 *
 * <pre>{@code
 * Tensor y = new AdaptiveAveragePooling1D(2).invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class AdaptiveAveragePooling1D extends BaseAdaptivePooling<AdaptiveAveragePooling1D> {
  private AdaptiveAveragePooling1D() {
    super(1);
  }

  /**
   * With this output size, one number or one a spatial axis.
   *
   * @param outputSize the size along each spatial axis, one number for all or one for each
   */
  public AdaptiveAveragePooling1D(int... outputSize) {
    super(1, outputSize);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.adaptiveAveragePool(x, outputSize(), dataFormat());
  }
}
