package org.keras4j.backend.xla.emit;

import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.DType;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.ReducePrecision;
import org.keras4j.core.primitive.UnaryKind;

/** The functions of one element of each operand. */
final class Elementwise {
  private final Hlo h;

  Elementwise(Hlo h) {
    this.h = h;
  }

  Term unary(UnaryKind kind, Term a, DType dtype) {
    ElementType e = a.element();
    if (e == ElementType.F8E4M3FN || e == ElementType.F8E5M2) {
      Term r = unary(kind, h.convert(a, ElementType.F32), DType.FLOAT32);
      return r.element() == ElementType.F32 ? h.convert(r, e) : r;
    }
    return switch (kind) {
      case NEG -> FourBit.wrap(h, h.unary("negate", a), dtype);
      case ABS ->
        e.isComplex()
            ? h.unaryTo("abs", a, e.real())
            : e.isUnsigned() ? a : FourBit.wrap(h, h.unary("abs", a), dtype);
      case SIGN ->
        e.isUnsigned() ? h.convert(h.compare("NE", a, h.full(a.type(), 0)), e) : h.unary("sign", a);
      case FLOOR -> h.unary("floor", a);
      case CEIL -> h.unary("ceil", a);
      case ROUND_EVEN -> h.unary("round_nearest_even", a);
      case EXP -> h.unary("exponential", a);
      case EXPM1 -> h.unary("exponential_minus_one", a);
      case LOG -> h.unary("log", a);
      case LOG1P -> h.unary("log_plus_one", a);
      case SQRT -> h.unary("sqrt", a);
      case RSQRT -> h.unary("rsqrt", a);
      case SIN -> h.unary("sine", a);
      case COS -> h.unary("cosine", a);
      case TAN -> h.unary("tan", a);
      case ASIN -> h.chlo("asin", a);
      case ACOS -> h.chlo("acos", a);
      case ATAN -> h.chlo("atan", a);
      case SINH -> h.chlo("sinh", a);
      case COSH -> h.chlo("cosh", a);
      case ASINH -> h.chlo("asinh", a);
      case ACOSH -> h.chlo("acosh", a);
      case ATANH -> h.chlo("atanh", a);
      case TANH -> h.unary("tanh", a);
      case LOGISTIC -> h.unary("logistic", a);
      case ERF -> h.chlo("erf", a);
      case ERFC -> h.chlo("erfc", a);
      case ERF_INV -> h.chlo("erf_inv", a);
      case LGAMMA -> h.chlo("lgamma", a);
      case DIGAMMA -> h.chlo("digamma", a);
      case BESSEL_I0E -> Bessel.i0e(h, a);
      case BESSEL_I1E -> h.chlo("bessel_i1e", a);
      case IS_FINITE -> h.unaryTo("is_finite", a, ElementType.PRED);
      case NOT -> FourBit.wrap(h, h.not(a), dtype);
      case REAL -> h.real(a);
      case IMAG -> h.imag(a);
      case CONJ -> h.complex(h.real(a), h.unary("negate", h.imag(a)));
    };
  }

  Term binary(BinaryKind kind, Term a, Term b, DType dtype) {
    ElementType e = a.element();
    if (e == ElementType.F8E4M3FN || e == ElementType.F8E5M2) {
      if (kind == BinaryKind.NEXTAFTER) {
        throw new IllegalArgumentException("not defined for dtype " + dtype);
      }
      Term r =
          binary(kind, h.convert(a, ElementType.F32), h.convert(b, ElementType.F32), DType.FLOAT32);
      return h.convert(r, e);
    }
    String op = switch (kind) {
      case ADD -> "add";
      case SUB -> "subtract";
      case MUL -> "multiply";
      case DIV -> "divide";
      case REM -> "remainder";
      case POW -> "power";
      case ATAN2 -> "atan2";
      case MAX -> "maximum";
      case MIN -> "minimum";
      case AND -> "and";
      case OR -> "or";
      case XOR -> "xor";
      case SHIFT_LEFT -> "shift_left";
      case SHIFT_RIGHT_ARITHMETIC -> // what has no sign is filled with zeros
        dtype.isSigned() ? "shift_right_arithmetic" : "shift_right_logical";
      case SHIFT_RIGHT_LOGICAL -> "shift_right_logical";
      case NEXTAFTER, COMPLEX -> "";
    };
    return switch (kind) {
      case COMPLEX -> h.complex(a, b);
      case NEXTAFTER ->
        h.line(
            "chlo.next_after",
            a + "," + b + " : " + a.type() + "," + b.type() + " -> " + a.type(),
            a.type());
      case DIV, REM ->
        isInteger(e)
            ? FourBit.wrap(h, whole(op, a, b), dtype)
            : FourBit.wrap(h, h.combine(op, a, b), dtype);
      case POW ->
        isInteger(e)
            ? FourBit.wrap(h, wholePower(a, b), dtype)
            : FourBit.wrap(h, h.combine(op, a, b), dtype);
      case SHIFT_RIGHT_LOGICAL ->
        FourBit.wrap(h, h.binary(op, FourBit.bits(h, a, dtype), b), dtype);
      default -> FourBit.wrap(h, h.combine(op, a, b), dtype);
    };
  }

  private static boolean isInteger(ElementType e) {
    return !e.isFloat() && !e.isComplex() && e != ElementType.PRED;
  }

  // XLA gives -1, or the dividend, where the divisor is 0
  private Term whole(String op, Term a, Term b) {
    Term zero = h.full(b.type(), 0);
    return h.select(h.compare("EQ", b, zero), zero, h.combine(op, a, b));
  }

  // by squaring, since XLA reads but a few bits of an exponent, and leaves open what a negative one
  // does
  private Term wholePower(Term a, Term b) {
    Term zero = h.full(b.type(), 0);
    Term one = h.full(b.type(), 1);
    Term power = one;
    Term square = a;
    Term left = b;
    for (int i = 0; i < 8 * a.element().size(); i++) {
      Term odd = h.compare("NE", h.and(left, one), zero);
      power = h.select(odd, h.binary("multiply", power, square), power);
      square = h.binary("multiply", square, square);
      left = h.binary("shift_right_logical", left, one);
    }
    if (a.element().isUnsigned()) {
      return power;
    }
    // of an exponent below 0 the squares are those of its bits, which tell the sign of a power of
    // -1
    Term unit = h.or(h.compare("EQ", a, one), h.compare("EQ", a, h.full(a.type(), -1)));
    return h.select(h.and(h.compare("LT", b, zero), h.not(unit)), zero, power);
  }

  Term compare(Compare.Direction d, Term a, Term b) {
    ElementType e = a.element();
    if (e.isComplex() && d != Compare.Direction.EQ && d != Compare.Direction.NE) {
      // by the real parts, and by the imaginary ones where those are equal
      Term re = h.compare("EQ", h.real(a), h.real(b));
      return h.select(
          re, h.compare(d.name(), h.imag(a), h.imag(b)), h.compare(d.name(), h.real(a), h.real(b)));
    }
    return h.compare(d.name(), a, b);
  }

  /** Any dtype to any other, as {@link org.keras4j.core.primitive.Convert} says. */
  Term convert(Term a, DType from, DType to) {
    ElementType e = Types.of(to);
    if (to == DType.BOOL) {
      return from == DType.BOOL ? a : h.compare("NE", a, h.full(a.type(), 0));
    }
    if (a.element().isComplex()) {
      return e.isComplex()
          ? h.complex(h.convert(h.real(a), e.real()), h.convert(h.imag(a), e.real()))
          : convert(h.real(a), from == DType.COMPLEX64 ? DType.FLOAT32 : DType.FLOAT64, to);
    }
    if (e.isComplex()) {
      Term re = h.convert(a, e.real());
      return h.complex(re, h.full(re.type(), 0));
    }
    if (a.element().isFloat() && (to == DType.INT4 || to == DType.UINT4)) {
      return h.convert(FourBit.bounded(h, a, to), e);
    }
    return FourBit.wrap(h, h.convert(a, e), to);
  }

  /** The same bits as another type; where sizes differ the last axis shrinks or grows. */
  Term ones(Term a, DType dtype) {
    return h.unary("popcnt", FourBit.bits(h, a, dtype));
  }

  Term leadingZeros(Term a, DType dtype) {
    Term n = h.unary("count_leading_zeros", FourBit.bits(h, a, dtype));
    if (dtype.bits() < 8) {
      return h.binary("subtract", n, h.full(a.type(), 8 - dtype.bits()));
    }
    // XLA's folding of constants counts what is negative wrong
    Term zero = h.full(a.type(), 0);
    return dtype.isSigned() ? h.select(h.compare("LT", a, zero), zero, n) : n;
  }

  Term rounded(ReducePrecision p, Term a) {
    ElementType e = a.element();
    if (e == ElementType.F8E4M3FN || e == ElementType.F8E5M2) {
      return h.convert(rounded(p, h.convert(a, ElementType.F32)), e);
    }
    String format = "e" + p.exponentBits() + "m" + p.mantissaBits();
    return h.line(
        "stablehlo.reduce_precision", a + ", format = " + format + " : " + a.type(), a.type());
  }

  Term bitcast(Term a, DType to, TensorType result) {
    ElementType e = Types.of(to);
    if (a.element() == ElementType.PRED) {
      a = h.convert(a, ElementType.U8);
    }
    if (e == ElementType.PRED) {
      Term bytes = bitcast(a, DType.UINT8, result.with(ElementType.U8));
      return h.compare("NE", bytes, h.full(bytes.type(), 0));
    }
    if (a.element().isComplex() || e.isComplex()) {
      return complexBitcast(a, to, result);
    }
    int from = a.element().size();
    int size = e.size();
    if (from == size) {
      return a.element() == e ? a : h.unaryTo("bitcast_convert", a, e);
    }
    long[] dims = a.type().dims();
    int last = dims.length - 1;
    long[] wide = java.util.Arrays.copyOf(dims, dims.length + 1);
    if (from > size) {
      wide[last + 1] = from / size;
      return h.reshape(cast(a, TensorType.of(e, wide)), result.dims());
    }
    wide[last] = dims[last] * from / size;
    wide[last + 1] = size / from;
    return cast(h.reshape(a, wide), result);
  }

  private Term cast(Term a, TensorType r) {
    return h.line("stablehlo.bitcast_convert", a + " : (" + a.type() + ")->" + r, r);
  }

  // complex numbers have no bits of their own: they go through their parts, side by side
  private Term complexBitcast(Term a, DType to, TensorType result) {
    ElementType e = Types.of(to);
    if (a.element() == e) {
      return a;
    }
    if (a.element().isComplex()) {
      long[] dims = a.type().dims();
      int n = dims.length;
      long[] pair = java.util.Arrays.copyOf(dims, n + 1);
      pair[n] = 1;
      Term parts = h.concatenate(n, h.reshape(h.real(a), pair), h.reshape(h.imag(a), pair));
      if (n > 0) {
        long[] flat = dims.clone();
        flat[n - 1] *= 2;
        parts = h.reshape(parts, flat);
      }
      DType part = a.element() == ElementType.C64 ? DType.FLOAT32 : DType.FLOAT64;
      if (n == 0) {
        return h.reshape(
            bitcast(parts, to, TensorType.of(e, 16 / e.size() / (part == DType.FLOAT32 ? 2 : 1))),
            result.dims());
      }
      return bitcast(parts, to, result);
    }
    DType part = e == ElementType.C64 ? DType.FLOAT32 : DType.FLOAT64;
    long[] dims = result.dims();
    int n = dims.length;
    long[] flat = dims.clone();
    if (n == 0) {
      flat = new long[] {1};
      a = h.reshape(a, 1);
      n = 1;
    }
    flat[n - 1] *= 2;
    Term parts = bitcast(a, part, TensorType.of(Types.of(part), flat));
    long[] pair = java.util.Arrays.copyOf(flat, n + 1);
    pair[n - 1] = flat[n - 1] / 2;
    pair[n] = 2;
    Term p = h.reshape(parts, pair);
    return h.complex(
        h.reshape(h.sliceAxis(p, n, 0, 1), dims), h.reshape(h.sliceAxis(p, n, 1, 2), dims));
  }
}
