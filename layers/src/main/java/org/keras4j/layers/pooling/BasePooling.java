package org.keras4j.layers.pooling;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.arguments.SpatialPadding;

/**
 * Layers that fold windows into one element each.
 *
 * @param <S> the class itself
 */
public abstract class BasePooling<S extends BasePooling<S>> extends FluentLayer<S> {
  private final int rank;
  private final boolean max;

  @Config
  private int[] poolSize;

  @Config
  private String padding = "valid";

  @Config
  private int @Nullable [] strides;

  @Config
  private String dataFormat = Extent.dataFormat(null);

  BasePooling(int rank, boolean max, int... poolSize) {
    this.rank = rank;
    this.max = max;
    this.poolSize = poolSize.length == 0 ? new int[] {2} : poolSize;
    inputSpec(new InputSpec().ndim(rank + 2));
    builtWithoutInput();
    configured();
  }

  @Override
  protected final void configured() {
    poolSize = Extent.of(label() + " poolSize", rank, 1, poolSize);
    strides = strides == null ? poolSize : Extent.of(label() + " strides", rank, 1, strides);
    padding = Extent.choice("padding", padding, "valid", "same");
    dataFormat = Extent.dataFormat(dataFormat);
  }

  /**
   * The steps of the windows, one number or one a spatial axis.
   *
   * @param value their size by default
   * @return this layer
   */
  public S strides(int... value) {
    set("strides", () -> strides = value.length == 0 ? null : value);
    configured();
    return self();
  }

  /**
   * {@code "valid"} (the default).
   *
   * @param value only windows inside; {@code "same"}: strides alone tell the size
   * @return this layer
   */
  public S padding(String value) {
    set("padding", () -> padding = value);
    configured();
    return self();
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

  @Override
  protected Tensor call(Tensor x) {
    long[] span = Arrays.stream(poolSize).asLongStream().toArray();
    int first = dataFormat.equals("channels_first") ? 2 : 1;
    SpatialPadding.requireFit(label(), x.shape(), first, span, padding);
    return max
        ? Ops.maxPool(x, poolSize, strides, padding, dataFormat)
        : Ops.averagePool(x, poolSize, strides, padding, dataFormat);
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
