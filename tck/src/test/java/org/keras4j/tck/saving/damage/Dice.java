package org.keras4j.tck.saving.damage;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Draws what mutations need; the same for the same seed. */
final class Dice {
  // where implementations go wrong: ends of ranges, powers of two and their neighbours
  private static final long[] CORNERS = {
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    15,
    16,
    31,
    32,
    63,
    64,
    100,
    127,
    128,
    255,
    256,
    511,
    512,
    1000,
    4095,
    4096,
    32767,
    32768,
    65535,
    65536,
    1 << 20,
    1 << 24,
    1 << 30,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    1L << 53,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -2,
    -128,
    -32768,
    Integer.MIN_VALUE
  };

  private final SplittableRandom random;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** From 0 to a bound, which is left out. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  long corner() {
    return CORNERS[below(CORNERS.length)];
  }

  /** A corner, a small number or any. */
  long number() {
    return switch (below(4)) {
      case 0 -> below(300);
      case 1 -> random.nextLong();
      default -> corner();
    };
  }

  <T> T of(List<T> values) {
    return values.get(below(values.size()));
  }

  byte[] bytes(int n) {
    byte[] out = new byte[n];
    for (int i = 0; i < n; i++) {
      out[i] = (byte) random.nextInt();
    }
    return out;
  }

  /** Puts a number of some bytes in little-endian order. */
  static void put(byte[] to, int at, int width, long value) {
    for (int i = 0; i < width && at + i < to.length; i++) {
      to[at + i] = (byte) (value >> (8 * i));
    }
  }

  /** Where bytes occur from a place on; -1 if they do not. */
  static int find(byte[] in, byte[] what, int from) {
    for (int i = Math.max(0, from); i + what.length <= in.length; i++) {
      if (Arrays.mismatch(in, i, i + what.length, what, 0, what.length) < 0) {
        return i;
      }
    }
    return -1;
  }
}
