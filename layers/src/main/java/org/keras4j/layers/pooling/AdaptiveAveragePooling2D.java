package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The mean of windows chosen so that the output has a given size, over two spatial axes
 * ({@code keras.layers.AdaptiveAveragePooling2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: likewise, with the sizes asked for.
 *
 * <pre>{@code
 * Tensor y = new AdaptiveAveragePooling2D(2).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 2, 2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class AdaptiveAveragePooling2D extends BaseAdaptivePooling<AdaptiveAveragePooling2D> {
  private AdaptiveAveragePooling2D() {
    super(2);
  }

  /**
   * With this output size, one number or one a spatial axis.
   *
   * @param outputSize the size along each spatial axis, one number for all or one for each
   */
  public AdaptiveAveragePooling2D(int... outputSize) {
    super(2, outputSize);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.adaptiveAveragePool(x, outputSize(), dataFormat());
  }
}
