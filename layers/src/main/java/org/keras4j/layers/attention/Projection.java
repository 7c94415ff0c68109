package org.keras4j.layers.attention;

import java.util.Arrays;

/**
 * An Einstein sum that replaces last axes by others.
 *
 * @param equation of {@code (free..., bound...)} and a kernel {@code (bound..., made...)}
 * @param biasAxes the letters of the axes made
 */
record Projection(String equation, String biasAxes) {
  /** With so many axes that stay, that are summed over, and that are made. */
  static Projection of(int free, int bound, int made) {
    String f = letters(0, free);
    String b = letters(free, bound);
    String m = letters(free + bound, made);
    return new Projection(f + b + "," + b + m + "->" + f + m, m);
  }

  private static String letters(int from, int count) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < count; i++) {
      s.append((char) ('a' + from + i));
    }
    return s.toString();
  }

  /** The last sizes with unknown ones before, so many in all. */
  static long[] shape(int count, long[] last) {
    long[] out = new long[count];
    Arrays.fill(out, -1);
    System.arraycopy(last, 0, out, count - last.length, last.length);
    return out;
  }
}
