package org.keras4j.onnx.internal.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.ReducePrecision;

/** Bits of integers, counted, and those of floats, rounded, by arithmetic: ONNX looks at none of them. */
final class Bits {
  private static final int[] HALVES = {1, 2, 4, 8, 16, 32};
  private static final int FLOAT64_EXPONENT = 11;
  private static final int FLOAT64_MANTISSA = 52;

  private final OnnxOps o;
  private final Elementwise elementwise;

  Bits(OnnxOps ops, Elementwise elementwise) {
    this.o = ops;
    this.elementwise = elementwise;
  }

  /** The lowest bits of a number of some type, in 64 bits. */
  private Term wide(Term x, DType type) {
    DType unsigned = switch (x.dtype()) {
      case INT8 -> DType.UINT8;
      case INT16 -> DType.UINT16;
      case INT32 -> DType.UINT32;
      default -> x.dtype();
    };
    Term w = o.cast(o.cast(x, unsigned), DType.UINT64);
    return type.bits() == 64 ? w : masked(w, -1L >>> 64 - type.bits());
  }

  private Term masked(Term w, long mask) {
    return o.binary("BitwiseAnd", w, o.scalar(DType.UINT64, mask));
  }

  private Term shifted(Term w, int by) {
    Call c = new Call("BitShift").set("direction", "RIGHT");
    return o.call(c, DType.UINT64, w.shape(), w, o.scalar(DType.UINT64, (long) by));
  }

  private Term sum(Term a, Term b) {
    return elementwise.binary(BinaryKind.ADD, a, b);
  }

  private Term counted(Term w) {
    long pairs = 0x5555555555555555L;
    long fours = 0x3333333333333333L;
    long bytes = 0x0f0f0f0f0f0f0f0fL;
    Term n = sum(masked(w, pairs), masked(shifted(w, 1), pairs));
    n = sum(masked(n, fours), masked(shifted(n, 2), fours));
    n = sum(masked(n, bytes), masked(shifted(n, 4), bytes));
    for (int by = 8; by < 64; by *= 2) {
      n = sum(n, shifted(n, by));
    }
    return masked(n, 0x7f);
  }

  /**
   * How many bits are set.
   *
   * @param type which {@code x} stands for
   */
  Term ones(Term x, DType type) {
    return o.cast(counted(wide(x, type)), x.dtype());
  }

  /** How many bits from the highest on are not set. */
  Term leadingZeros(Term x, DType type) {
    Term w = wide(x, type);
    for (int by : HALVES) {
      w = o.binary("BitwiseOr", w, shifted(w, by));
    }
    Term n = o.cast(counted(w), DType.INT64);
    return o.cast(o.sub(o.scalar(DType.INT64, (long) type.bits()), n), x.dtype());
  }

  /** A float with fewer bits: rounded as a multiple of the last one's worth, which its logarithm tells. */
  Term rounded(Term x, ReducePrecision p) {
    DType t = x.dtype();
    if (t.size() == 1) {
      throw new Refusal("ONNX computes with no floats of eight bits");
    }
    ReducePrecision own = ReducePrecision.of(t);
    if (p.exponentBits() >= own.exponentBits() && p.mantissaBits() >= own.mantissaBits()) {
      return x;
    }
    int mantissa = Math.min(p.mantissaBits(), FLOAT64_MANTISSA);
    int exponents = Math.min(p.exponentBits(), FLOAT64_EXPONENT);
    long bias = ReducePrecision.bias(exponents);
    Term d = o.cast(x, DType.FLOAT64);
    Term size = o.unary("Abs", d);
    Term zero = o.like(d, 0);
    Term smallest = o.like(d, Math.scalb(1.0, (int) (1 - bias)));
    Term largest = o.like(d, (2 - Math.scalb(1.0, -mantissa)) * Math.scalb(1.0, (int) bias));
    Term finite = o.compare("Less", size, o.like(d, Double.POSITIVE_INFINITY));
    Term some = o.compare("Greater", size, zero);
    Term usual = o.select(o.and(finite, some), size, o.like(d, 1));
    Term two = o.like(d, 2);
    Term e = o.unary("Floor", o.div(o.unary("Log", usual), o.like(d, Math.log(2))));
    // the logarithm may be a little off beside a power of two
    e = o.select(o.compare("Greater", o.binary("Pow", two, e), usual), o.add(e, -1), e);
    Term above = o.add(e, 1);
    e = o.select(o.compare("LessOrEqual", o.binary("Pow", two, above), usual), above, e);
    e = o.max(e, o.like(d, 1 - bias));
    Term steps = o.mul(o.mul(usual, o.binary("Pow", two, o.neg(e))), Math.scalb(1.0, mantissa));
    Term y =
        o.mul(o.mul(o.unary("Round", steps), Math.scalb(1.0, -mantissa)), o.binary("Pow", two, e));
    y = o.select(o.compare("Less", y, smallest), zero, y);
    y = o.select(o.compare("Greater", y, largest), o.like(d, Double.POSITIVE_INFINITY), y);
    y = o.select(elementwise.isNegative(d), o.neg(y), y);
    // zeros, infinities and NaN as they are
    return o.cast(o.select(o.and(finite, some), y, d), t);
  }
}
