package org.keras4j.layers.pooling;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;

/**
 * Layers that fold all spatial axes.
 *
 * @param <S> the class itself
 */
public abstract class BaseGlobalPooling<S extends BaseGlobalPooling<S>> extends FluentLayer<S> {
  private final int rank;

  @Config
  private String dataFormat = Extent.dataFormat(null);

  @Config
  private boolean keepdims;

  BaseGlobalPooling(int rank) {
    this.rank = rank;
    inputSpec(new InputSpec().ndim(rank + 2));
    builtWithoutInput();
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}.
   *
   * @param value the configured one by default
   * @return this layer
   */
  public S dataFormat(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  /**
   * Whether the folded axes stay, with size 1.
   *
   * @param value false by default
   * @return this layer
   */
  public S keepdims(boolean value) {
    return set("keepdims", () -> keepdims = value);
  }

  final boolean isKeepdims() {
    return keepdims;
  }

  final int[] spatialAxes() {
    int[] out = new int[rank];
    for (int i = 0; i < rank; i++) {
      out[i] = i + (dataFormat.equals("channels_first") ? 2 : 1);
    }
    return out;
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
