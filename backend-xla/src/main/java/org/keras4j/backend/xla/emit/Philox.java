package org.keras4j.backend.xla.emit;

import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;

/** Philox 4x32-10 (Salmon et al., 2011), counting as {@code RandomBits} says. */
final class Philox {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final long W0 = 0x9E3779B9L;
  private static final long W1 = 0xBB67AE85L;
  private static final int ROUNDS = 10;

  private final Hlo h;

  Philox(Hlo h) {
    this.h = h;
  }

  Term bits(Term key, long... dims) {
    TensorType result = TensorType.of(ElementType.U32, dims);
    long n = result.elements();
    if (n == 0) {
      return h.full(result, 0);
    }
    long blocks = (n + 3) / 4;
    TensorType t = TensorType.of(ElementType.U32, blocks);
    Term c0;
    Term c1;
    if (blocks <= 1L << 32) {
      c0 = h.iota(t, 0);
      c1 = h.full(t, 0);
    } else {
      Term i = h.iota(t.with(ElementType.U64), 0);
      c0 = h.convert(i, ElementType.U32);
      c1 = high(i);
    }
    Term c2 = h.full(t, 0);
    Term c3 = c2;
    Term k0 = word(key, 0);
    Term k1 = word(key, 1);
    for (int round = 0; round < ROUNDS; round++) {
      if (round > 0) {
        k0 = h.add(k0, h.fullLong(k0.type(), W0));
        k1 = h.add(k1, h.fullLong(k1.type(), W1));
      }
      Term p0 = product(c0, M0);
      Term p1 = product(c2, M1);
      Term n0 = h.binary("xor", h.binary("xor", high(p1), c1), h.broadcastTo(k0, blocks));
      Term n2 = h.binary("xor", h.binary("xor", high(p0), c3), h.broadcastTo(k1, blocks));
      c1 = h.convert(p1, ElementType.U32);
      c3 = h.convert(p0, ElementType.U32);
      c0 = n0;
      c2 = n2;
    }
    Term words = h.concatenate(
        1,
        h.reshape(c0, blocks, 1),
        h.reshape(c1, blocks, 1),
        h.reshape(c2, blocks, 1),
        h.reshape(c3, blocks, 1));
    return h.reshape(h.sliceAxis(h.reshape(words, 4 * blocks), 0, 0, n), dims);
  }

  private Term word(Term key, int i) {
    return h.reshape(h.sliceAxis(key, 0, i, i + 1));
  }

  private Term product(Term c, long m) {
    Term wide = h.convert(c, ElementType.U64);
    return h.mul(wide, h.fullLong(wide.type(), m));
  }

  private Term high(Term wide) {
    return h.convert(
        h.binary("shift_right_logical", wide, h.full(wide.type(), 32)), ElementType.U32);
  }
}
