package org.keras4j.onnx.internal.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.UnaryKind;

/** The functions of one element of each operand, and conversions between types. */
final class Elementwise {
  private final OnnxOps o;
  private final Functions f;

  Elementwise(OnnxOps ops) {
    this.o = ops;
    this.f = new Functions(ops);
  }

  Term unary(UnaryKind kind, Term x) {
    return switch (kind) {
      case NEG -> o.neg(x);
      case ABS -> x.dtype().isUnsigned() ? x : o.unary("Abs", x);
      case SIGN -> sign(x);
      case FLOOR -> o.unary("Floor", x);
      case CEIL -> o.unary("Ceil", x);
      case ROUND_EVEN -> o.unary("Round", x);
      case EXP -> o.unary("Exp", x);
      case EXPM1 -> f.wide(x, f::expm1);
      case LOG -> o.unary("Log", x);
      case LOG1P -> f.wide(x, f::log1p);
      case SQRT -> o.unary("Sqrt", x);
      case RSQRT -> o.unary("Reciprocal", o.unary("Sqrt", x));
      case SIN -> o.unary("Sin", x);
      case COS -> f.cos(x);
      case TAN -> f.wide(x, f::tan);
      case ASIN -> f.wide(x, f::asin);
      case ACOS -> f.wide(x, f::acos);
      case ATAN -> f.wide(x, f::atan);
      case SINH -> f.wide(x, f::sinh);
      case COSH -> f.wide(x, f::cosh);
      case ASINH -> f.wide(x, f::asinh);
      case ACOSH -> f.wide(x, f::acosh);
      case ATANH -> f.wide(x, f::atanh);
      case TANH -> o.unary("Tanh", x);
      case LOGISTIC -> o.unary("Sigmoid", x);
      case ERF -> f.wide(x, f::erf);
      case ERFC -> f.wide(x, f::erfc);
      case ERF_INV -> f.wide(x, f::erfInv);
      case LGAMMA -> f.wide(x, new Gamma(o)::lgamma);
      case DIGAMMA -> f.wide(x, new Gamma(o)::digamma);
      case BESSEL_I0E -> f.wide(x, new Bessel(o)::i0e);
      case BESSEL_I1E -> f.wide(x, new Bessel(o)::i1e);
      case IS_FINITE -> isFinite(x);
      case NOT -> x.dtype().isBool() ? o.not(x) : o.unary("BitwiseNot", x);
      case REAL, IMAG, CONJ -> throw new Refusal("ONNX has no complex numbers");
    };
  }

  private Term sign(Term x) {
    Term s = o.unary("Sign", x);
    return x.dtype().isFloat() ? o.select(o.isNaN(x), x, s) : s;
  }

  /** Whether the sign is minus, of -0 too. */
  Term isNegative(Term x) {
    return f.negative(x.dtype().size() < 4 ? o.cast(x, DType.FLOAT32) : x);
  }

  private Term isFinite(Term x) {
    Term y = x.dtype().size() < 4 ? o.cast(x, DType.FLOAT32) : x;
    Term inf = o.call("IsInf", DType.BOOL, x.shape(), y);
    return o.not(o.or(inf, o.isNaN(y)));
  }

  Term binary(BinaryKind kind, Term a, Term b) {
    boolean bool = a.dtype().isBool();
    boolean whole = a.dtype().isInteger();
    return switch (kind) {
      case ADD -> o.add(a, b);
      case SUB -> o.sub(a, b);
      case MUL -> o.mul(a, b);
      case DIV -> whole ? quotient(a, b) : o.div(a, b);
      case REM -> remainder(a, b);
      case POW -> whole ? new Integers(o).power(a, b) : o.binary("Pow", a, b);
      case ATAN2 -> f.wide(a, b, f::atan2);
      case MAX -> bool ? o.or(a, b) : extreme("Max", a, b);
      case MIN -> bool ? o.and(a, b) : extreme("Min", a, b);
      case AND -> bool ? o.and(a, b) : o.binary("BitwiseAnd", a, b);
      case OR -> bool ? o.or(a, b) : o.binary("BitwiseOr", a, b);
      case XOR -> bool ? xor(a, b) : o.binary("BitwiseXor", a, b);
      case SHIFT_LEFT -> new Integers(o).shiftLeft(a, b);
      case SHIFT_RIGHT_ARITHMETIC ->
        a.dtype().isUnsigned()
            ? new Integers(o).shiftRight(a, b)
            : new Integers(o).shiftRightWithSign(a, b);
      case SHIFT_RIGHT_LOGICAL -> new Integers(o).shiftRight(a, b);
      case NEXTAFTER -> throw new Refusal("ONNX has no next float after another");
      case COMPLEX -> throw new Refusal("ONNX has no complex numbers");
    };
  }

  private Term xor(Term a, Term b) {
    return o.call("Xor", DType.BOOL, org.keras4j.core.Shape.broadcast(a.shape(), b.shape()), a, b);
  }

  private Term extreme(String op, Term a, Term b) {
    return o.binary(op, a, b);
  }

  // runtimes trap where the divisor is 0, or the lowest number is divided by -1
  private Term quotient(Term a, Term b) {
    if (isHarmless(b)) {
      return o.div(a, b);
    }
    Term one = o.scalar(b.dtype(), 1L);
    Term zero = o.scalar(b.dtype(), 0L);
    Term none = o.compare("Equal", b, zero);
    if (a.dtype().isUnsigned()) {
      return o.select(none, zero, o.div(a, o.select(none, one, b)));
    }
    Term minus = o.compare("Equal", b, o.scalar(b.dtype(), -1L));
    Term q = o.div(a, o.select(o.or(none, minus), one, b));
    return o.select(none, zero, o.select(minus, o.neg(a), q));
  }

  private Term remainder(Term a, Term b) {
    Call mod = new Call("Mod").set("fmod", 1);
    if (a.dtype().isFloat()) {
      DType t = a.dtype().size() < 4 ? DType.FLOAT32 : a.dtype();
      return o.cast(o.binary(mod, o.cast(a, t), o.cast(b, t)), a.dtype());
    }
    if (a.dtype().size() == 8) { // runtimes go through floats
      return o.sub(a, o.mul(quotient(a, b), b));
    }
    if (isHarmless(b)) {
      return o.binary(mod, a, b);
    }
    Term one = o.scalar(b.dtype(), 1L);
    Term zero = o.scalar(b.dtype(), 0L);
    Term trivial = o.compare("Equal", b, zero);
    if (a.dtype().isSigned()) {
      trivial = o.or(trivial, o.compare("Equal", b, o.scalar(b.dtype(), -1L)));
    }
    return o.select(trivial, zero, o.binary(mod, a, o.select(trivial, one, b)));
  }

  private static boolean isHarmless(Term b) {
    NDArray v = b.value();
    if (v == null || v.size() > 64) {
      return false;
    }
    for (int i = 0; i < v.size(); i++) {
      if (v.getLong(i) == 0 || v.getLong(i) == -1) {
        return false;
      }
    }
    return true;
  }

  Term compare(Compare.Direction d, Term a, Term b) {
    if (d == Compare.Direction.NE) {
      return o.not(compare(Compare.Direction.EQ, a, b));
    }
    String op = switch (d) {
      case EQ, NE -> "Equal";
      case LT -> "Less";
      case LE -> "LessOrEqual";
      case GT -> "Greater";
      case GE -> "GreaterOrEqual";
    };
    if (a.dtype() == DType.STRING) {
      return o.call(op, DType.BOOL, org.keras4j.core.Shape.broadcast(a.shape(), b.shape()), a, b);
    }
    if (a.dtype() == DType.UINT64 && d != Compare.Direction.EQ) {
      // with the highest bit turned over, signed numbers have the order of unsigned ones
      Term turn = o.scalar(DType.INT64, Long.MIN_VALUE);
      return o.compare(
          op,
          o.binary("BitwiseXor", o.cast(a, DType.INT64), turn),
          o.binary("BitwiseXor", o.cast(b, DType.INT64), turn));
    }
    return o.compare(op, a, b);
  }

  Term select(Term p, Term a, Term b) {
    if (a.dtype().isBool()) {
      return o.or(o.and(p, a), o.and(o.not(p), b));
    }
    return o.select(p, a, b);
  }

  /** Any type to any other; {@code to} is the type asked for, of which ONNX holds {@link Types#stored}. */
  Term convert(Term x, DType from, DType to) {
    if (from == to) {
      return x;
    }
    if (from.isComplex() || to.isComplex()) {
      throw new Refusal("ONNX has no complex numbers");
    }
    DType held = Types.stored(to);
    if (to.isBool() && from.isFloat()) {
      Term wide = from.size() < 4 ? o.cast(x, DType.FLOAT32) : x;
      return o.not(o.compare("Equal", wide, o.like(wide, 0)));
    }
    if (from.isFloat() && to.isInteger()) {
      return bounded(x, to);
    }
    if (x.dtype().isFloat() && x.dtype().size() == 1 && held.isFloat()) {
      return o.cast(o.cast(x, DType.FLOAT32), held);
    }
    return wrap(o.cast(x, held), to);
  }

  // conversions out of range are nobody's in ONNX: what is too large becomes the bound
  private Term bounded(Term x, DType to) {
    DType held = Types.stored(to);
    Term wide = x.dtype().size() < 4 ? o.cast(x, DType.FLOAT32) : x;
    int bits = to.bits();
    double low = to.isSigned() ? -Math.pow(2, bits - 1) : 0;
    double high = Math.pow(2, to.isSigned() ? bits - 1 : bits); // the first one out of range
    Term none = o.isNaN(wide);
    if (bits <= 16) {
      Term kept = o.max(o.min(wide, o.like(wide, high - 1)), o.like(wide, low));
      return o.cast(o.cast(o.select(none, o.like(wide, 0), kept), DType.INT32), held);
    }
    Term over = o.compare("GreaterOrEqual", wide, o.like(wide, high));
    Term under = o.compare("LessOrEqual", wide, o.like(wide, low));
    Term inside = o.select(o.or(none, o.or(over, under)), o.like(wide, 0), wide);
    Term y = o.cast(inside, held);
    NDArray most = NDArray.zeros(held, org.keras4j.core.Shape.SCALAR);
    most.setLong(0, to.isSigned() ? (1L << bits - 1) - 1 : bits == 64 ? -1 : (1L << bits) - 1);
    NDArray least = NDArray.zeros(held, org.keras4j.core.Shape.SCALAR);
    least.setLong(0, to.isSigned() ? -1L << bits - 1 : 0);
    return o.select(over, o.constant(most), o.select(under, o.constant(least), y));
  }

  /** Brings a four-bit integer, which a byte carries, back into its range. */
  Term wrap(Term x, DType t) {
    if (t == DType.UINT4) {
      return o.binary("BitwiseAnd", x, o.scalar(DType.UINT8, 15L));
    }
    if (t == DType.INT4) {
      Term wide = o.cast(x, DType.INT32);
      Term low = o.binary("BitwiseAnd", o.add(wide, 8), o.scalar(DType.INT32, 15L));
      return o.cast(o.sub(low, o.scalar(DType.INT32, 8L)), DType.INT8);
    }
    return x;
  }

  Term bitcast(Term x, DType from, DType to) {
    boolean bits = from.isInteger() && to.isInteger() && from.bits() == to.bits();
    if (!bits) {
      throw new Refusal("ONNX does not read the bits of " + from + " as " + to);
    }
    return o.cast(x, Types.stored(to));
  }
}
