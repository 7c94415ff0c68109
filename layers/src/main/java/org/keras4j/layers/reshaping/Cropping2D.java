package org.keras4j.layers.reshaping;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Drops places at both ends of two spatial axes ({@code keras.layers.Cropping2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels first.
 * Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new Cropping2D(2).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 28, 28, 3)
 * }</pre>
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

  /**
   * {@code "channels_last"} or {@code "channels_first"}; the configured one by default.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; the configured one by default
   * @return this layer
   */
  public Cropping2D dataFormat(@Nullable String value) {
    return layout(value);
  }

  @Override
  protected Tensor call(Tensor x) {
    return cropped(x);
  }
}
