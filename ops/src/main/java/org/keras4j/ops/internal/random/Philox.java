package org.keras4j.ops.internal.random;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Philox 4x32-10 (Salmon et al., 2011) by other primitives, for as many words as a tensor tells when the graph runs: the
 * words that {@link org.keras4j.core.primitive.RandomBits} gives for a number that is known.
 */
final class Philox {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final long W0 = 0x9E3779B9L;
  private static final long W1 = 0xBB67AE85L;
  private static final long LOW = 0xFFFFFFFFL;
  private static final int ROUNDS = 10;
  private static final int WORDS = 4;

  private Philox() {}

  /** A vector of uint32, of a length that an int32 scalar tells. */
  static Tensor words(Tensor key, Tensor length) {
    Tensor blocks = Prims.div(
        Prims.add(length, Prims.scalar(DType.INT32, WORDS - 1L)),
        Prims.scalar(DType.INT32, (long) WORDS));
    // fewer blocks than 2^32, so the counter's other words are 0; 32 bits each, in int64
    Tensor c0 = Prims.convert(Sizes.count(blocks), DType.INT64);
    Tensor c1 = Prims.zerosLike(c0);
    Tensor c2 = c1;
    Tensor c3 = c1;
    Tensor k0 = word(key, 0);
    Tensor k1 = word(key, 1);
    for (int round = 0; round < ROUNDS; round++) {
      if (round > 0) {
        k0 = low(Prims.add(k0, scalar(W0)));
        k1 = low(Prims.add(k1, scalar(W1)));
      }
      Tensor p0 = Prims.mul(c0, scalar(M0));
      Tensor p1 = Prims.mul(c2, scalar(M1));
      c0 = xor(xor(high(p1), c1), k0);
      c2 = xor(xor(high(p0), c3), k1);
      c1 = low(p1);
      c3 = low(p0);
    }
    Tensor table = Prims.concat(
        List.of(
            Prims.expandDims(c0, 1),
            Prims.expandDims(c1, 1),
            Prims.expandDims(c2, 1),
            Prims.expandDims(c3, 1)),
        1);
    Tensor words = Prims.take(Prims.reshape(table, -1), Sizes.count(length), 0);
    return Prims.convert(words, DType.UINT32);
  }

  private static Tensor word(Tensor key, int i) {
    return Prims.convert(Prims.reshape(Prims.slice(key, 0, i, i + 1L)), DType.INT64);
  }

  private static Tensor scalar(long value) {
    return Prims.scalar(DType.INT64, value);
  }

  private static Tensor low(Tensor x) {
    return Prims.and(x, scalar(LOW));
  }

  private static Tensor high(Tensor x) {
    return low(Prims.binary(BinaryKind.SHIFT_RIGHT_ARITHMETIC, x, scalar(32)));
  }

  private static Tensor xor(Tensor a, Tensor b) {
    return Prims.binary(BinaryKind.XOR, a, b);
  }
}
