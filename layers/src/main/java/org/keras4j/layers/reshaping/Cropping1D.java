package org.keras4j.layers.reshaping;

import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Drops places at both ends of the steps ({@code keras.layers.Cropping1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}.
 * Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new Cropping1D(1).invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 3, 3)
 * }</pre>
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
    return cropped(x);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.remove("data_format");
    return out;
  }
}
