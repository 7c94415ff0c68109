package org.keras4j.saving.internal.hdf5;

/** The checksum of HDF5's newer structures: Bob Jenkins's {@code lookup3}, {@code hashlittle}. */
public final class Lookup3 {
  private Lookup3() {}

  /** Of some bytes of an array. */
  public static int of(byte[] bytes, int from, int count) {
    int a = 0xdeadbeef + count;
    int b = a;
    int c = a;
    int at = from;
    int left = count;
    for (; left > 12; at += 12, left -= 12) {
      a += word(bytes, at, 4);
      b += word(bytes, at + 4, 4);
      c += word(bytes, at + 8, 4);
      a = a - c ^ Integer.rotateLeft(c, 4);
      c += b;
      b = b - a ^ Integer.rotateLeft(a, 6);
      a += c;
      c = c - b ^ Integer.rotateLeft(b, 8);
      b += a;
      a = a - c ^ Integer.rotateLeft(c, 16);
      c += b;
      b = b - a ^ Integer.rotateLeft(a, 19);
      a += c;
      c = c - b ^ Integer.rotateLeft(b, 4);
      b += a;
    }
    if (left == 0) {
      return c;
    }
    a += word(bytes, at, Math.min(4, left));
    b += word(bytes, at + 4, Math.max(0, Math.min(4, left - 4)));
    c += word(bytes, at + 8, Math.max(0, left - 8));
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    return (c ^ b) - Integer.rotateLeft(b, 24);
  }

  private static int word(byte[] bytes, int at, int n) {
    int out = 0;
    for (int i = 0; i < n; i++) {
      out |= (bytes[at + i] & 0xff) << (8 * i);
    }
    return out;
  }
}
