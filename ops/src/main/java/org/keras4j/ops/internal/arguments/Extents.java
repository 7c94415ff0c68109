package org.keras4j.ops.internal.arguments;

import java.util.Arrays;
import org.keras4j.core.internal.messages.Failures;

/** Arguments that take an integer for every spatial axis, or one for all: windows, strides, dilations. */
public final class Extents {
  private Extents() {}

  /**
   * One integer for each of {@code n} axes.
   *
   * @param value an integer, which is repeated, or {@code n} of them
   * @param name the argument's Keras name, for messages
   */
  public static long[] of(Object value, int n, String name) {
    long[] v;
    try {
      v = Axes.longs(value);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException("Argument '" + name + "': " + e.getMessage(), e.getCause()));
    }
    if (!Axes.isSequence(value)) {
      long[] out = new long[n];
      Arrays.fill(out, v[0]);
      return out;
    }
    if (v.length != n) {
      throw new IllegalArgumentException("Argument '" + name + "' must be an integer or " + n
          + " integers, got " + Arrays.toString(v));
    }
    return v;
  }

  /** As {@link #of}, each at least {@code min}. */
  public static long[] atLeast(long min, Object value, int n, String name) {
    long[] v = of(value, n, name);
    for (long x : v) {
      if (x < min) {
        throw new IllegalArgumentException(
            "Argument '" + name + "' must be at least " + min + ", got " + Arrays.toString(v));
      }
    }
    return v;
  }
}
