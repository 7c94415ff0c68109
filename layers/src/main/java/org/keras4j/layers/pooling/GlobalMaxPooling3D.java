package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The largest element of each channel over three spatial axes ({@code keras.layers.GlobalMaxPooling3D}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels
 * first. Output shape: {@code (batch, channels)}, with keepdims of the input's rank.
 *
 * <pre>{@code
 * Tensor y = new GlobalMaxPooling3D().invoke(Ops.ones(new long[] {2, 4, 4, 4, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.GlobalMaxPool3D"})
public final class GlobalMaxPooling3D extends BaseGlobalPooling<GlobalMaxPooling3D> {
  /** With Keras's defaults. */
  public GlobalMaxPooling3D() {
    super(3);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.max(x, spatialAxes(), isKeepdims());
  }
}
