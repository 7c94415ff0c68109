package org.keras4j.tck.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.RandomBits;
import org.keras4j.ops.internal.engine.Engine;

/** Random words against their definition, and that against the answers its authors published. */
class PhiloxTest {
  /** A block of four words of Philox 4x32-10. */
  private static int[] block(int[] counter, int k0, int k1) {
    int[] c = counter;
    for (int round = 0; round < 10; round++) {
      long p0 = (c[0] & 0xffffffffL) * 0xD2511F53L;
      long p1 = (c[2] & 0xffffffffL) * 0xCD9E8D57L;
      c = new int[] {
        (int) (p1 >>> 32) ^ c[1] ^ (k0 + round * 0x9E3779B9),
        (int) p1,
        (int) (p0 >>> 32) ^ c[3] ^ (k1 + round * 0xBB67AE85),
        (int) p0
      };
    }
    return c;
  }

  @Test
  void theDefinitionHasTheKnownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        block(new int[] {0, 0, 0, 0}, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        block(new int[] {-1, -1, -1, -1}, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        block(new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0));
  }

  @Test
  void wordsAreThoseOfTheDefinition() {
    int[][] keys = {{0, 0}, {-1, -1}, {0xa4093822, 0x299f31d0}, {7, 0}};
    int n = 40_003;
    for (int[] key : keys) {
      NDArray k = NDArray.zeros(DType.UINT32, Shape.of(2));
      k.setLong(0, key[0] & 0xffffffffL);
      k.setLong(1, key[1] & 0xffffffffL);
      Tensor t = Engine.bind1(new RandomBits(Shape.of(n)), Engine.constant(k));
      NDArray words = t.toNDArray();
      for (int i = 0; i < n; i++) {
        int want = block(new int[] {i / 4, 0, 0, 0}, key[0], key[1])[i % 4];
        assertEquals(want, (int) words.getLong(i));
      }
    }
  }
}
