package org.keras4j.layers.reshaping;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Adds zeros at both ends of two spatial axes ({@code keras.layers.ZeroPadding2D}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)}, or {@code (batch, channels, height, width)} with channels first.
 * Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new ZeroPadding2D(2).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 36, 36, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ZeroPadding2D extends Margins<ZeroPadding2D> {
  /** Adds 1 place at each end. */
  public ZeroPadding2D() {
    super(2, "padding", all(2, 1));
  }

  /**
   * With these numbers of places.
   *
   * @param padding one number for all ends, or one an axis, or two an axis (before and after) one after
   *     the other
   */
  public ZeroPadding2D(int... padding) {
    this();
    margins(padding);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}; the configured one by default.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; the configured one by default
   * @return this layer
   */
  public ZeroPadding2D dataFormat(@Nullable String value) {
    return layout(value);
  }

  @Override
  protected Tensor call(Tensor x) {
    return padded(x, 1);
  }
}
