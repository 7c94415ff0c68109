package org.keras4j.layers.preprocessing;

/** SipHash-2-4 (Aumasson and Bernstein 2012), the keyed hash of TensorFlow's salted string hashing. */
final class SipHash {
  private SipHash() {}

  static long hash(long k0, long k1, byte[] s) {
    long[] v = {
      k0 ^ 0x736f6d6570736575L,
      k1 ^ 0x646f72616e646f6dL,
      k0 ^ 0x6c7967656e657261L,
      k1 ^ 0x7465646279746573L
    };
    int whole = s.length / 8 * 8;
    for (int i = 0; i < whole; i += 8) {
      word(v, bytes(s, i, 8));
    }
    word(v, bytes(s, whole, s.length - whole) | (long) s.length << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++) {
      round(v);
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
  }

  private static long bytes(byte[] s, int from, int count) {
    long m = 0;
    for (int i = 0; i < count; i++) {
      m |= (s[from + i] & 0xffL) << (8 * i);
    }
    return m;
  }

  private static void word(long[] v, long m) {
    v[3] ^= m;
    round(v);
    round(v);
    v[0] ^= m;
  }

  private static void round(long[] v) {
    v[0] += v[1];
    v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
    v[0] = Long.rotateLeft(v[0], 32);
    v[2] += v[3];
    v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
    v[2] = Long.rotateLeft(v[2], 32);
  }
}
