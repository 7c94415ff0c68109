package org.keras4j.layers.pooling;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;

/**
 * Layers that fold windows chosen so that the output has a given size.
 *
 * @param <S> the class itself
 */
public abstract class BaseAdaptivePooling<S extends BaseAdaptivePooling<S>> extends FluentLayer<S> {
  private final int rank;

  @Config
  private int[] outputSize;

  @Config
  private String dataFormat = Extent.dataFormat(null);

  BaseAdaptivePooling(int rank, int... outputSize) {
    this.rank = rank;
    this.outputSize = outputSize.length == 0 ? new int[] {1} : outputSize;
    inputSpec(new InputSpec().ndim(rank + 2));
    configured();
  }

  @Override
  protected final void configured() {
    outputSize = Extent.of(label() + " outputSize", rank, 1, outputSize);
    dataFormat = Extent.dataFormat(dataFormat);
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

  final int[] outputSize() {
    return outputSize;
  }

  final String dataFormat() {
    return dataFormat;
  }
}
