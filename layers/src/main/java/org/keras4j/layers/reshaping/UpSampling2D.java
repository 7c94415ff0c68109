package org.keras4j.layers.reshaping;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Each place of two spatial axes several times, or interpolated ({@code keras.layers.UpSampling2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with
 * channels first. Output shape: likewise, with the sizes multiplied.
 *
 * <pre>{@code
 * Tensor y = new UpSampling2D(2).interpolation("bilinear").invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 64, 64, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class UpSampling2D extends FluentLayer<UpSampling2D> {
  @Config
  private int[] size;

  @Config
  private String dataFormat = Extent.dataFormat(null);

  @Config
  private String interpolation = "nearest";

  private UpSampling2D() {
    this(2);
  }

  /**
   * With these factors, one number or one an axis; none for 2.
   *
   * @param size the factor along each spatial axis, one number for all or one for each
   */
  public UpSampling2D(int... size) {
    inputSpec(new InputSpec().ndim(4));
    this.size = size.length == 0 ? new int[] {2} : size;
    configured();
  }

  @Override
  protected void configured() {
    size = Extent.of(label() + " size", 2, 1, size);
    dataFormat = Extent.dataFormat(dataFormat);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}.
   *
   * @param value the configured one by default
   * @return this layer
   */
  public UpSampling2D dataFormat(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  /**
   * {@code "nearest"} (the default), {@code "bilinear"}, {@code "bicubic"}, {@code "lanczos3"} or {@code "lanczos5"}.
   *
   * @param value all but the first need known sizes
   * @return this layer
   */
  public UpSampling2D interpolation(String value) {
    return set("interpolation", () -> interpolation = value.toLowerCase(Locale.ROOT));
  }

  @Override
  protected Tensor call(Tensor x) {
    int first = dataFormat.equals("channels_first") ? 2 : 1;
    if (interpolation.equals("nearest")) {
      return Ops.repeat(Ops.repeat(x, size[0], first), size[1], first + 1);
    }
    int[] to = {x.shape().intDim(first) * size[0], x.shape().intDim(first + 1) * size[1]};
    return Ops.Image.resize(x, to, interpolation, false, false, false, "constant", 0, dataFormat);
  }
}
