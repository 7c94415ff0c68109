package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The mean of each channel over three spatial axes ({@code keras.layers.GlobalAveragePooling3D}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels
 * first. Output shape: {@code (batch, channels)}, with keepdims of the input's rank.
 *
 * <pre>{@code
 * Tensor y = new GlobalAveragePooling3D().invoke(Ops.ones(new long[] {2, 4, 4, 4, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.GlobalAvgPool3D"})
public final class GlobalAveragePooling3D extends BaseGlobalPooling<GlobalAveragePooling3D> {
  /** With Keras's defaults. */
  public GlobalAveragePooling3D() {
    super(3);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.mean(x, spatialAxes(), isKeepdims());
  }
}
