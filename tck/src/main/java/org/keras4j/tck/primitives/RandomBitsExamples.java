package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.RandomBits;

final class RandomBitsExamples {
  private RandomBitsExamples() {}

  static void add(Primitives to) {
    to.on("equalsTheDefinition", RandomBitsExamples::equalsTheDefinition);
    to.on("equalsThePublishedVector", RandomBitsExamples::equalsThePublishedVector);
  }

  /** Philox 4x32-10, a block at a time. */
  private static int[] block(int c0, int c1, int k0, int k1) {
    int[] c = {c0, c1, 0, 0};
    for (int round = 0; round < 10; round++) {
      long p0 = (c[0] & 0xffffffffL) * 0xD2511F53L;
      long p1 = (c[2] & 0xffffffffL) * 0xCD9E8D57L;
      c = new int[] {
        (int) (p1 >>> 32) ^ c[1] ^ k0, (int) p1, (int) (p0 >>> 32) ^ c[3] ^ k1, (int) p0
      };
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return c;
  }

  static void equalsTheDefinition() {
    int[] key = {0x12345678, 0x9abcdef0};
    NDArray k = NDArray.zeros(DType.UINT32, Shape.of(2));
    k.setLong(0, key[0]);
    k.setLong(1, key[1] & 0xffffffffL);
    NDArray r = Runs.one(new RandomBits(Shape.of(3, 7)), k);
    for (int i = 0; i < 21; i++) {
      assertEquals(block(i / 4, 0, key[0], key[1])[i % 4] & 0xffffffffL, r.getLong(i));
    }
    assertEquals(0, Runs.one(new RandomBits(Shape.of(0)), k).size());
    assertEquals(r.getLong(0), Runs.one(new RandomBits(Shape.SCALAR), k).getLong(0));
  }

  static void equalsThePublishedVector() {
    // counter and key zero, from the authors' known answers
    NDArray r = Runs.one(new RandomBits(Shape.of(4)), NDArray.zeros(DType.UINT32, Shape.of(2)));
    Runs.exact(r, 0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L);
  }
}
