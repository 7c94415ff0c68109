package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The largest element of each channel over two spatial axes ({@code keras.layers.GlobalMaxPooling2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: {@code (batch, channels)}, with keepdims of the input's rank.
 *
 * <pre>{@code
 * Tensor y = new GlobalMaxPooling2D().invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.GlobalMaxPool2D"})
public final class GlobalMaxPooling2D extends BaseGlobalPooling<GlobalMaxPooling2D> {
  /** With Keras's defaults. */
  public GlobalMaxPooling2D() {
    super(2);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.max(x, spatialAxes(), isKeepdims());
  }
}
