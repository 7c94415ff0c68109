package org.keras4j.layers.preprocessing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The 64-bit fingerprint of FarmHash, which never changes, as TensorFlow's string hashing uses it. */
final class FarmHash {
  private static final long K0 = 0xc3a5c85c97cb3127L;
  private static final long K1 = 0xb492b66fbe98f273L;
  private static final long K2 = 0x9ae16a3b2f90404fL;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private FarmHash() {}

  static long fingerprint(byte[] s) {
    int n = s.length;
    return n <= 16 ? upTo16(s) : n <= 32 ? upTo32(s) : n <= 64 ? upTo64(s) : longer(s);
  }

  private static long at(byte[] s, int i) {
    return (long) LONGS.get(s, i);
  }

  private static long rotate(long x, int bits) {
    return Long.rotateRight(x, bits);
  }

  private static long shift(long x) {
    return x ^ (x >>> 47);
  }

  private static long mix(long u, long v, long mul) {
    long a = shift((u ^ v) * mul);
    return shift((v ^ a) * mul) * mul;
  }

  private static long upTo16(byte[] s) {
    int n = s.length;
    if (n >= 8) {
      long mul = K2 + n * 2L;
      long a = at(s, 0) + K2;
      long b = at(s, n - 8);
      return mix(rotate(b, 37) * mul + a, (rotate(a, 25) + b) * mul, mul);
    }
    if (n >= 4) {
      long a = (int) INTS.get(s, 0) & 0xffffffffL;
      long b = (int) INTS.get(s, n - 4) & 0xffffffffL;
      return mix(n + (a << 3), b, K2 + n * 2L);
    }
    if (n > 0) {
      int first = s[0] & 0xff;
      int middle = s[n >> 1] & 0xff;
      int last = s[n - 1] & 0xff;
      long y = first + ((long) middle << 8);
      long z = n + ((long) last << 2);
      return shift(y * K2 ^ z * K0) * K2;
    }
    return K2;
  }

  private static long upTo32(byte[] s) {
    int n = s.length;
    long mul = K2 + n * 2L;
    long a = at(s, 0) * K1;
    long b = at(s, 8);
    long c = at(s, n - 8) * mul;
    long d = at(s, n - 16) * K2;
    return mix(rotate(a + b, 43) + rotate(c, 30) + d, a + rotate(b + K2, 18) + c, mul);
  }

  private static long upTo64(byte[] s) {
    int n = s.length;
    long mul = K2 + n * 2L;
    long a = at(s, 0) * K2;
    long b = at(s, 8);
    long c = at(s, n - 8) * mul;
    long d = at(s, n - 16) * K2;
    long y = rotate(a + b, 43) + rotate(c, 30) + d;
    long z = mix(y, a + rotate(b + K2, 18) + c, mul);
    long e = at(s, 16) * mul;
    long f = at(s, 24);
    long g = (y + at(s, n - 32)) * mul;
    long h = (z + at(s, n - 24)) * mul;
    return mix(rotate(e + f, 43) + rotate(g, 30) + h, e + rotate(f + a, 18) + g, mul);
  }

  // adds a block of 32 bytes to a pair of words
  private static void block(byte[] s, int i, long a, long b, long[] out) {
    long w = at(s, i);
    long z = at(s, i + 24);
    a += w;
    b = rotate(b + a + z, 21);
    long c = a;
    a += at(s, i + 8) + at(s, i + 16);
    b += rotate(a, 44);
    out[0] = a + z;
    out[1] = b + c;
  }

  @SuppressWarnings("ConstantOverflow") // hashing wraps
  private static long longer(byte[] s) {
    int n = s.length;
    long x = 81;
    long y = 81 * K1 + 113;
    long z = shift(y * K2 + 113) * K2;
    long[] v = new long[2];
    long[] w = new long[2];
    x = x * K2 + at(s, 0);
    int end = (n - 1) / 64 * 64;
    int rest = (n - 1) & 63;
    for (int i = 0; i < end; i += 64) {
      x = rotate(x + y + v[0] + at(s, i + 8), 37) * K1;
      y = rotate(y + v[1] + at(s, i + 48), 42) * K1;
      x ^= w[1];
      y += v[0] + at(s, i + 40);
      z = rotate(z + w[0], 33) * K1;
      block(s, i, v[1] * K1, x + w[0], v);
      block(s, i + 32, z + w[1], y + at(s, i + 16), w);
      long t = z;
      z = x;
      x = t;
    }
    long mul = K1 + ((z & 0xff) << 1);
    int i = end + rest - 63;
    w[0] += rest;
    v[0] += w[0];
    w[0] += v[0];
    x = rotate(x + y + v[0] + at(s, i + 8), 37) * mul;
    y = rotate(y + v[1] + at(s, i + 48), 42) * mul;
    x ^= w[1] * 9;
    y += v[0] * 9 + at(s, i + 40);
    z = rotate(z + w[0], 33) * mul;
    block(s, i, v[1] * mul, x + w[0], v);
    block(s, i + 32, z + w[1], y + at(s, i + 16), w);
    long t = z;
    z = x;
    x = t;
    return mix(mix(v[0], w[0], mul) + shift(y) * K0 + z, mix(v[1], w[1], mul) + x, mul);
  }
}
