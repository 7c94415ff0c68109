package org.keras4j.layers.pooling;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The largest element of windows chosen so that the output has a given size, over one spatial or temporal axis
 * ({@code keras.layers.AdaptiveMaxPooling1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels
 * first. Output shape: likewise, with the sizes asked for.
 */
@KerasSerializable(module = "keras.layers")
public final class AdaptiveMaxPooling1D extends BaseAdaptivePooling<AdaptiveMaxPooling1D> {
  private AdaptiveMaxPooling1D() {
    super(1);
  }

  /** With this output size, one number or one a spatial axis. */
  public AdaptiveMaxPooling1D(int... outputSize) {
    super(1, outputSize);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.adaptiveMaxPool(x, outputSize(), dataFormat());
  }
}
