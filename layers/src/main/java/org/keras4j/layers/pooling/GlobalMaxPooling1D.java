package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The largest element of each channel over one spatial or temporal axis ({@code keras.layers.GlobalMaxPooling1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: {@code (batch, channels)}, with keepdims of the input's rank.
 *
 * <pre>{@code
 * Tensor y = new GlobalMaxPooling1D().invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.GlobalMaxPool1D"})
public final class GlobalMaxPooling1D extends BaseGlobalPooling<GlobalMaxPooling1D> {
  /** With Keras's defaults. */
  public GlobalMaxPooling1D() {
    super(1);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.max(x, spatialAxes(), isKeepdims());
  }
}
