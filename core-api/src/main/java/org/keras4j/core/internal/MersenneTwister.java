package org.keras4j.core.internal;

/**
 * The generator MT19937 (Matsumoto and Nishimura, 1998) as NumPy's {@code RandomState} and Python's {@code random} seed it
 * and shuffle with it, for splits of data that have to be the same as there.
 */
public final class MersenneTwister {
  private static final int N = 624;
  private static final int M = 397;
  private static final int MATRIX = 0x9908b0df;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;
  private static final long MAX_SEED = 0xffffffffL;
  private static final int ARRAY_SEED = 19650218;

  private final int[] state = new int[N];
  private int at = N;

  private MersenneTwister() {}

  /**
   * {@code numpy.random.RandomState(seed)}.
   *
   * @param seed from 0 to 2^32 - 1
   * @throws IllegalArgumentException otherwise
   */
  public static MersenneTwister ofNumPy(long seed) {
    if (seed < 0 || seed > MAX_SEED) {
      throw new IllegalArgumentException("seed must be from 0 to 2^32 - 1, got " + seed);
    }
    MersenneTwister out = new MersenneTwister();
    out.seed((int) seed);
    return out;
  }

  /** {@code random.seed(seed)} of Python. */
  public static MersenneTwister ofPython(long seed) {
    long magnitude = Math.abs(seed);
    int high = (int) (magnitude >>> 32);
    int[] key = high == 0 ? new int[] {(int) magnitude} : new int[] {(int) magnitude, high};
    MersenneTwister out = new MersenneTwister();
    out.seed(ARRAY_SEED);
    int[] s = out.state;
    int i = 1;
    int j = 0;
    for (int k = Math.max(N, key.length); k > 0; k--) {
      s[i] = (s[i] ^ (s[i - 1] ^ s[i - 1] >>> 30) * 1664525) + key[j] + j;
      if (++i >= N) {
        s[0] = s[N - 1];
        i = 1;
      }
      j = (j + 1) % key.length;
    }
    for (int k = N - 1; k > 0; k--) {
      s[i] = (s[i] ^ (s[i - 1] ^ s[i - 1] >>> 30) * 1566083941) - i;
      if (++i >= N) {
        s[0] = s[N - 1];
        i = 1;
      }
    }
    s[0] = UPPER;
    return out;
  }

  private void seed(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
    }
  }

  private int next() {
    if (at == N) {
      for (int k = 0; k < N; k++) {
        int y = state[k] & UPPER | state[(k + 1) % N] & LOWER;
        state[k] = state[(k + M) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : MATRIX);
      }
      at = 0;
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9d2c5680;
    y ^= y << 15 & 0xefc60000;
    return y ^ y >>> 18;
  }

  /** The numbers from 0 to n - 1 as {@code RandomState.shuffle} orders them. */
  public int[] numPyOrder(int n) {
    int[] out = numbers(n);
    for (int i = n - 1; i > 0; i--) {
      int mask = -1 >>> Integer.numberOfLeadingZeros(i);
      int j = next() & mask;
      while (j > i) {
        j = next() & mask;
      }
      swap(out, i, j);
    }
    return out;
  }

  /** The numbers from 0 to n - 1 as {@code random.shuffle} orders them. */
  public int[] pythonOrder(int n) {
    int[] out = numbers(n);
    for (int i = n - 1; i > 0; i--) {
      int shift = Integer.numberOfLeadingZeros(i + 1);
      int j = next() >>> shift;
      while (j > i) {
        j = next() >>> shift;
      }
      swap(out, i, j);
    }
    return out;
  }

  private static int[] numbers(int n) {
    int[] out = new int[n];
    for (int i = 0; i < n; i++) {
      out[i] = i;
    }
    return out;
  }

  private static void swap(int[] a, int i, int j) {
    int x = a[i];
    a[i] = a[j];
    a[j] = x;
  }
}
