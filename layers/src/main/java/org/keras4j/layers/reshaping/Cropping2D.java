package org.keras4j.layers.reshaping;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Drops places at both ends of two spatial axes ({@code keras.layers.Cropping2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels first.
 * Output shape: likewise, with new sizes.
 */
@KerasSerializable(module = "keras.layers")
public final class Cropping2D extends Margins<Cropping2D> {
  /** Drops 0 places at each end. */
  public Cropping2D() {
    super(2, "cropping", all(2, 0));
  }

  /**
   * With these numbers of places.
   *
   * @param cropping one number for all ends, or one an axis, or two an axis (before and after) one after
   *     the other
   */
  public Cropping2D(int... cropping) {
    this();
    margins(cropping);
  }

  /** {@code "channels_last"} or {@code "channels_first"}; the configured one by default. */
  public Cropping2D dataFormat(@Nullable String value) {
    return layout(value);
  }

  @Override
  protected Tensor call(Tensor x) {
    for (int i = 0; i < 2; i++) {
      long size = x.shape().dim(i + firstAxis());
      int[] m = margins()[i];
      if (size >= 0 && m[0] + m[1] >= size) {
        throw new IllegalArgumentException(
            label() + ": 'cropping' leaves nothing of input shape " + x.shape());
      }
    }
    return padded(x, -1);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("cropping", marginConfig());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object value = rest.remove("cropping");
    if (value != null) {
      marginsFromConfig(value);
    }
    super.setConfig(rest);
  }
}
