package org.keras4j.onnx.internal.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Philox 4x32-10 (Salmon et al., 2011), counting as {@code RandomBits} says, in unsigned numbers of 64 bits. */
final class Philox {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final long W0 = 0x9E3779B9L;
  private static final long W1 = 0xBB67AE85L;
  private static final int ROUNDS = 10;

  private final OnnxOps o;

  Philox(OnnxOps ops) {
    this.o = ops;
  }

  Term bits(Term key, Shape shape) {
    if (shape.size() == 0) {
      return o.constant(NDArray.zeros(DType.UINT32, shape));
    }
    long n = shape.size();
    long blocks = (n + 3) / 4;
    Term c0 = new Shapes(o).iota(Shape.of(blocks), 0, DType.UINT64, java.util.List.of());
    Term c1 = number(0);
    Term c2 = number(0);
    Term c3 = number(0);
    Term words = o.cast(key, DType.UINT64);
    Term k0 = o.slice(words, 0, 0, 1, 1);
    Term k1 = o.slice(words, 0, 1, 2, 1);
    for (int round = 0; round < ROUNDS; round++) {
      if (round > 0) {
        k0 = low(o.add(k0, number(W0)));
        k1 = low(o.add(k1, number(W1)));
      }
      Term p0 = o.mul(c0, number(M0));
      Term p1 = o.mul(c2, number(M1));
      c0 = xor(xor(high(p1), c1), k0);
      c2 = xor(xor(high(p0), c3), k1);
      c1 = low(p1);
      c3 = low(p0);
    }
    Shape column = Shape.of(blocks, 1);
    java.util.List<Term> columns = new java.util.ArrayList<>();
    for (Term c : java.util.List.of(c0, c1, c2, c3)) {
      Term whole = c.dim(0) == blocks ? c : o.expand(c, Shape.of(blocks), o.longs(blocks));
      columns.add(o.reshape(o.cast(whole, DType.UINT32), column));
    }
    Term all = o.reshape(o.concat(columns, 1), Shape.of(4 * blocks));
    return o.reshape(o.slice(all, 0, 0, n, 1), shape);
  }

  private Term number(long value) {
    return o.constant(NDArray.of(new long[] {value}, 1).astype(DType.UINT64));
  }

  private Term low(Term wide) {
    return o.binary("BitwiseAnd", wide, number(0xffffffffL));
  }

  private Term high(Term wide) {
    Call c = new Call("BitShift").set("direction", "RIGHT");
    return o.binary(c, wide, number(32));
  }

  private Term xor(Term a, Term b) {
    return o.binary("BitwiseXor", a, b);
  }
}
