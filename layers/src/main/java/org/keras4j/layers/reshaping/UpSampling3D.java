package org.keras4j.layers.reshaping;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Each place of three spatial axes several times ({@code keras.layers.UpSampling3D}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height,
 * width)} with channels first. Output shape: likewise, with the sizes multiplied.
 *
 * <pre>{@code
 * Tensor y = new UpSampling3D(2).invoke(Ops.ones(new long[] {2, 4, 4, 4, 3})); // (2, 8, 8, 8, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class UpSampling3D extends FluentLayer<UpSampling3D> {
  @Config
  private int[] size = {2, 2, 2};

  @Config
  private String dataFormat = Extent.dataFormat(null);

  /**
   * With these factors, one number or one an axis; none for 2.
   *
   * @param size the factor along each spatial axis, one number for all or one for each
   */
  public UpSampling3D(int... size) {
    inputSpec(new InputSpec().ndim(5));
    this.size = size.length == 0 ? new int[] {2} : size;
    configured();
  }

  private UpSampling3D() {
    this(2);
  }

  @Override
  protected void configured() {
    size = Extent.of(label() + " size", 3, 1, size);
    dataFormat = Extent.dataFormat(dataFormat);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}.
   *
   * @param value the configured one by default
   * @return this layer
   */
  public UpSampling3D dataFormat(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  @Override
  protected Tensor call(Tensor x) {
    int first = dataFormat.equals("channels_first") ? 2 : 1;
    for (int i = 0; i < 3; i++) {
      x = Ops.repeat(x, size[i], first + i);
    }
    return x;
  }
}
