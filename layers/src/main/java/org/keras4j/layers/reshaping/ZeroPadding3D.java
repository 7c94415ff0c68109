package org.keras4j.layers.reshaping;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Adds zeros at both ends of three spatial axes ({@code keras.layers.ZeroPadding3D}).
 *
 * <p>Input shape: {@code (batch, depth, height, width, channels)}, or {@code (batch, channels, depth, height, width)} with channels first.
 * Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new ZeroPadding3D(1).invoke(Ops.ones(new long[] {2, 4, 4, 4, 3})); // (2, 6, 6, 6, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ZeroPadding3D extends Margins<ZeroPadding3D> {
  /** Adds 1 place at each end. */
  public ZeroPadding3D() {
    super(3, "padding", all(3, 1));
  }

  /**
   * With these numbers of places.
   *
   * @param padding one number for all ends, or one an axis, or two an axis (before and after) one after
   *     the other
   */
  public ZeroPadding3D(int... padding) {
    this();
    margins(padding);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}; the configured one by default.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; the configured one by default
   * @return this layer
   */
  public ZeroPadding3D dataFormat(@Nullable String value) {
    return layout(value);
  }

  @Override
  protected Tensor call(Tensor x) {
    return padded(x, 1);
  }
}
