package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The mean of each channel over two spatial axes ({@code keras.layers.GlobalAveragePooling2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels
 * first. Output shape: {@code (batch, channels)}, with keepdims of the input's rank.
 *
 * <pre>{@code
 * Tensor y = new GlobalAveragePooling2D().invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.GlobalAvgPool2D"})
public final class GlobalAveragePooling2D extends BaseGlobalPooling<GlobalAveragePooling2D> {
  /** With Keras's defaults. */
  public GlobalAveragePooling2D() {
    super(2);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.mean(x, spatialAxes(), isKeepdims());
  }
}
