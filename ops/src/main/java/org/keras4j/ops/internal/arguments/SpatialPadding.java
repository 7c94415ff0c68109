package org.keras4j.ops.internal.arguments;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;

/** How many places windows see before and after each axis. */
public record SpatialPadding(long[] low, long[] high) {
  /**
   * The padding that an argument {@code "valid"} (none) or {@code "same"} means. With same, an axis of n
   * has {@code ceil(n / stride)} windows, and of an odd number of places the larger half comes after.
   *
   * @param sizes of the axes; where unknown and the stride is above 1, as of a multiple of the stride
   * @param window places that one window spans, dilation included
   * @throws IllegalArgumentException for another word
   */
  public static SpatialPadding of(
      @Nullable Object padding, long[] sizes, long[] window, long[] stride) {
    String word = String.valueOf(padding).toLowerCase(Locale.ROOT);
    long[] low = new long[sizes.length];
    long[] high = new long[sizes.length];
    if (word.equals("same")) {
      for (int i = 0; i < sizes.length; i++) {
        long n = sizes[i] == Shape.UNKNOWN ? stride[i] : sizes[i];
        long windows = (n + stride[i] - 1) / stride[i];
        long total = Math.max(0, (windows - 1) * stride[i] + window[i] - n);
        low[i] = total / 2;
        high[i] = total - low[i];
      }
    } else if (!word.equals("valid")) {
      throw new IllegalArgumentException(
          "Argument 'padding' must be 'valid' or 'same', got '" + padding + "'");
    }
    return new SpatialPadding(low, high);
  }

  /**
   * Fails where nothing would be left: without padding, a window must not be larger than its axis. What is
   * not known yet counts as large enough.
   *
   * @param who the function or layer, for the message
   * @param given the shape of the input, in its own layout
   * @param first its first spatial axis
   * @param window places that one window spans, dilation included
   * @param padding {@code "valid"}, or another word, which leaves something of any input
   * @throws IllegalArgumentException if a window does not fit
   */
  public static void requireFit(
      String who, Shape given, int first, long[] window, @Nullable Object padding) {
    if (!String.valueOf(padding).toLowerCase(Locale.ROOT).equals("valid")) {
      return;
    }
    for (int i = 0; i < window.length; i++) {
      long n = given.dim(first + i);
      if (n != Shape.UNKNOWN && n < window[i]) {
        throw new IllegalArgumentException(who + ": windows that span " + Arrays.toString(window)
            + " do not fit into input shape " + given + " with padding 'valid', so nothing is"
            + " left; padding 'same', smaller windows or larger inputs do");
      }
    }
  }

  /** Whether nothing is added. */
  public boolean isNone() {
    for (int i = 0; i < low.length; i++) {
      if (low[i] != 0 || high[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
