package org.keras4j.backend.pytorch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.stream.IntStream;

/** Philox 4x32-10 on the host: libtorch's CPU generator is another one. */
final class Philox {
  private static final int M0 = 0xD2511F53;
  private static final int M1 = 0xCD9E8D57;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final int CHUNK = 1 << 16; // words that one task makes

  private Philox() {}

  /** Fills a buffer with the words of a key, from word 0 on. */
  static void fill(ByteBuffer bytes, int key0, int key1) {
    IntBuffer out = bytes.duplicate().order(ByteOrder.nativeOrder()).asIntBuffer();
    int words = out.remaining();
    if (words <= CHUNK) {
      fill(out, 0, words, key0, key1);
      return;
    }
    int chunks = (words + CHUNK - 1) / CHUNK;
    IntStream.range(0, chunks)
        .parallel()
        .forEach(c -> fill(out, c * CHUNK, Math.min(words, (c + 1) * CHUNK), key0, key1));
  }

  private static void fill(IntBuffer out, int from, int to, int key0, int key1) {
    for (int i = from; i < to; i += 4) {
      int c0 = i >>> 2; // a buffer has less than 2^32 blocks
      int c1 = 0;
      int c2 = 0;
      int c3 = 0;
      int k0 = key0;
      int k1 = key1;
      for (int round = 0; round < 10; round++) {
        long p0 = (M0 & 0xffffffffL) * (c0 & 0xffffffffL);
        long p1 = (M1 & 0xffffffffL) * (c2 & 0xffffffffL);
        int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
        int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
        c1 = (int) p1;
        c3 = (int) p0;
        c0 = n0;
        c2 = n2;
        k0 += W0;
        k1 += W1;
      }
      out.put(i, c0);
      if (i + 1 < to) {
        out.put(i + 1, c1);
      }
      if (i + 2 < to) {
        out.put(i + 2, c2);
      }
      if (i + 3 < to) {
        out.put(i + 3, c3);
      }
    }
  }
}
