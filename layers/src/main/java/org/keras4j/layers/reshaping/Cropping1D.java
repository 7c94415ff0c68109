package org.keras4j.layers.reshaping;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Drops places at both ends of the steps ({@code keras.layers.Cropping1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}.
 * Output shape: likewise, with new sizes.
 */
@KerasSerializable(module = "keras.layers")
public final class Cropping1D extends Margins<Cropping1D> {
  /** Drops 1 place at each end. */
  public Cropping1D() {
    super(1, "cropping", all(1, 1));
  }

  /**
   * With these numbers of places.
   *
   * @param cropping one number for all ends, or two an axis (before and after) one after
   *     the other
   */
  public Cropping1D(int... cropping) {
    this();
    margins(cropping);
  }

  @Override
  protected Tensor call(Tensor x) {
    for (int i = 0; i < 1; i++) {
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
    out.remove("data_format");
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
