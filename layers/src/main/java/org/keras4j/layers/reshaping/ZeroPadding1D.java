package org.keras4j.layers.reshaping;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Adds zeros at both ends of the steps ({@code keras.layers.ZeroPadding1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels first.
 * Output shape: likewise, with new sizes.
 *
 * <pre>{@code
 * Tensor y = new ZeroPadding1D(1).invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 7, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ZeroPadding1D extends Margins<ZeroPadding1D> {
  /** Adds 1 place at each end. */
  public ZeroPadding1D() {
    super(1, "padding", all(1, 1));
  }

  /**
   * With these numbers of places.
   *
   * @param padding one number for all ends, or two an axis (before and after) one after
   *     the other
   */
  public ZeroPadding1D(int... padding) {
    this();
    margins(padding);
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}; the configured one by default.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; the configured one by default
   * @return this layer
   */
  public ZeroPadding1D dataFormat(@Nullable String value) {
    return layout(value);
  }

  @Override
  protected Tensor call(Tensor x) {
    return padded(x, 1);
  }
}
