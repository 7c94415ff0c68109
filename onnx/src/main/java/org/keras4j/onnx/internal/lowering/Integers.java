package org.keras4j.onnx.internal.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Powers and shifts of integers. */
final class Integers {
  private final OnnxOps o;

  Integers(OnnxOps ops) {
    this.o = ops;
  }

  private static DType unsigned(DType t) {
    return switch (t) {
      case INT8 -> DType.UINT8;
      case INT16, UINT16 -> DType.UINT32;
      case INT32 -> DType.UINT32;
      case INT64 -> DType.UINT64;
      default -> t;
    };
  }

  /** The bits of a number as one without sign; of 16 bits in 32. */
  private Term bits(Term a) {
    if (a.dtype() == DType.INT16) {
      return o.cast(o.cast(a, DType.UINT16), DType.UINT32);
    }
    return o.cast(a, unsigned(a.dtype()));
  }

  private Term back(Term x, DType t) {
    return t == DType.INT16 ? o.cast(o.cast(x, DType.UINT16), t) : o.cast(x, t);
  }

  /** Whether a count is within the width of a type, and the count where it is, else 0. */
  private Term[] counts(Term b, int width) {
    DType wide = b.dtype().size() < 4 ? DType.INT32 : b.dtype();
    Term n = o.cast(b, wide);
    Term inside = o.compare("Less", o.cast(n, DType.INT64), o.scalar(DType.INT64, (long) width));
    if (b.dtype().isSigned() || b.dtype() == DType.UINT64) {
      Term positive =
          o.compare("GreaterOrEqual", o.cast(n, DType.INT64), o.scalar(DType.INT64, 0L));
      inside = o.and(inside, positive);
    }
    return new Term[] {inside, o.select(inside, n, o.scalar(wide, 0L))};
  }

  private Term shift(String direction, Term a, Term count) {
    Call c = new Call("BitShift").set("direction", direction);
    Shape s = Shape.broadcast(a.shape(), count.shape());
    return o.call(c, a.dtype(), s, a, o.cast(count, a.dtype()));
  }

  Term shiftLeft(Term a, Term b) {
    Term[] n = counts(b, a.dtype().bits());
    Term y = back(shift("LEFT", bits(a), n[1]), a.dtype());
    return o.select(n[0], y, o.scalar(a.dtype(), 0L));
  }

  Term shiftRight(Term a, Term b) {
    Term[] n = counts(b, a.dtype().bits());
    Term y = back(shift("RIGHT", bits(a), n[1]), a.dtype());
    return o.select(n[0], y, o.scalar(a.dtype(), 0L));
  }

  Term shiftRightWithSign(Term a, Term b) {
    // what fills from the left is the sign: of a number below 0, its complement is shifted
    Term[] n = counts(b, a.dtype().bits());
    Term below = o.compare("Less", a, o.scalar(a.dtype(), 0L));
    Term flipped = o.unary("BitwiseNot", a);
    Term y = back(shift("RIGHT", bits(o.select(below, flipped, a)), n[1]), a.dtype());
    y = o.select(n[0], y, o.scalar(a.dtype(), 0L));
    return o.select(below, o.unary("BitwiseNot", y), y);
  }

  /** By squaring: runtimes go through floats. */
  Term power(Term a, Term b) {
    DType t = a.dtype();
    Term one = o.scalar(t, 1L);
    NDArray known = b.value();
    if (known != null && known.size() == 1 && known.getLong(0) >= 0) {
      return known(a, known.getLong(0), b);
    }
    Term power = one;
    Term square = a;
    Term left = b;
    int bits = t.isSigned() ? t.bits() - 1 : t.bits();
    for (int i = 0; i < bits; i++) {
      Term odd = o.compare("Equal", o.binary("BitwiseAnd", left, one), one);
      power = o.select(odd, o.mul(power, square), power);
      if (i < bits - 1) {
        square = o.mul(square, square);
        left = shiftRight(left, one);
      }
    }
    if (t.isUnsigned()) {
      return power;
    }
    Term zero = o.scalar(t, 0L);
    Term minus = o.scalar(t, -1L);
    Term below = o.compare("Less", b, zero);
    Term odd = o.compare("Equal", o.binary("BitwiseAnd", b, one), one);
    Term unit = o.select(
        o.compare("Equal", a, one),
        one,
        o.select(o.compare("Equal", a, minus), o.select(odd, minus, one), zero));
    return o.select(below, unit, power);
  }

  private Term known(Term a, long exponent, Term shapeOf) {
    Term power = null;
    Term square = a;
    for (long left = exponent; left > 0; left >>= 1) {
      if ((left & 1) == 1) {
        power = power == null ? square : o.mul(power, square);
      }
      square = left > 1 ? o.mul(square, square) : square;
    }
    Term one = o.scalar(a.dtype(), 1L);
    if (power == null) {
      power = o.add(o.mul(a, 0), one);
    }
    return shapeOf.rank() > a.rank() ? o.mul(power, o.expandLike(one, shapeOf)) : power;
  }
}
