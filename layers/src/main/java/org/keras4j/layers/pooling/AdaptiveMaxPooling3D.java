package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The largest element of windows chosen so that the output has a given size, over three spatial axes
 * ({@code keras.layers.AdaptiveMaxPooling3D}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels
 * first. Output shape: likewise, with the sizes asked for.
 *
 * <pre>{@code
 * Tensor y = new AdaptiveMaxPooling3D(2).invoke(Ops.ones(new long[] {2, 4, 4, 4, 3})); // (2, 2, 2, 2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class AdaptiveMaxPooling3D extends BaseAdaptivePooling<AdaptiveMaxPooling3D> {
  private AdaptiveMaxPooling3D() {
    super(3);
  }

  /**
   * With this output size, one number or one a spatial axis.
   *
   * @param outputSize the size along each spatial axis, one number for all or one for each
   */
  public AdaptiveMaxPooling3D(int... outputSize) {
    super(3, outputSize);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.adaptiveMaxPool(x, outputSize(), dataFormat());
  }
}
