package org.keras4j.backend.tensorflow.lowering;

import java.util.List;
import java.util.Locale;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.UnaryKind;

/** Functions of single elements, conversions among them. */
final class Elementwise {
  private final TensorFlowOps o;

  Elementwise(TensorFlowOps ops) {
    this.o = ops;
  }

  Term unary(UnaryKind kind, Term x) {
    DType t = x.dtype();
    switch (kind) {
      case NEG:
        return t.isUnsigned() ? negated(x) : o.unary("Neg", x);
      case ABS:
        if (t.isUnsigned()) {
          return x;
        }
        return t.isComplex() ? complexPart("ComplexAbs", x) : o.unary("Abs", x);
      case SIGN:
        return t.isUnsigned() ? o.min(x, o.scalar(t, 1L)) : o.unary("Sign", x);
      case ROUND_EVEN:
        return o.unary("Round", x);
      case LOGISTIC:
        return o.unary("Sigmoid", x);
      case ERF_INV:
        return o.unary("Erfinv", x);
      case BESSEL_I0E:
        return o.unary("BesselI0e", x);
      case BESSEL_I1E:
        return o.unary("BesselI1e", x);
      case IS_FINITE:
        return o.unary("IsFinite", x, DType.BOOL);
      case NOT:
        return t.isBool() ? o.not(x) : o.unary("Invert", x);
      case REAL:
        return complexPart("Real", x);
      case IMAG:
        return complexPart("Imag", x);
      case CONJ:
        return o.call("Conj", x.shape(), t, x);
      default:
        return o.unary(name(kind), x);
    }
  }

  // EXP is Exp: the rest are called alike but for case
  private static String name(UnaryKind kind) {
    String n = kind.name();
    return n.charAt(0) + n.substring(1).toLowerCase(Locale.ROOT);
  }

  /** Whether the second is a vector over the last axis of the first. */
  static boolean isBias(Term x, Term b) {
    return x.dtype() == DType.FLOAT32
        && b.rank() == 1
        && x.rank() > 1
        && x.rank() < 6
        && b.dim(0) > 0
        && b.dim(0) == x.dim(-1);
  }

  // the same sum by the operation that Grappler fuses into products and convolutions
  static Term bias(TensorFlowOps o, Term x, Term b) {
    return o.call("BiasAdd", x.shape(), x.dtype(), x, b);
  }

  private Term negated(Term unsigned) {
    return o.add(o.unary("Invert", unsigned), o.scalar(unsigned.dtype(), 1L));
  }

  private Term complexPart(String op, Term x) {
    DType real = x.dtype() == DType.COMPLEX64 ? DType.FLOAT32 : DType.FLOAT64;
    return o.call(new OpCall(op).dtype("Tout", real), x.shape(), real, x);
  }

  Term binary(BinaryKind kind, Term a, Term b) {
    DType t = a.dtype();
    return switch (kind) {
      case ADD -> isBias(a, b) ? bias(o, a, b) : isBias(b, a) ? bias(o, b, a) : o.add(a, b);
      // Grappler turns 0 - x into Neg, which has no kernel for unsigned integers
      case SUB -> t.isUnsigned() ? o.add(a, negated(b)) : o.sub(a, b);
      case MUL -> o.mul(a, b);
      case DIV -> t.isInteger() ? quotient(a, b) : o.binary("RealDiv", a, b);
      case REM -> remainder(a, b);
      case POW -> power(a, b);
      case ATAN2 -> o.binary("Atan2", a, b);
      case MAX -> t.isBool() ? o.or(a, b) : o.max(a, b);
      case MIN -> t.isBool() ? o.and(a, b) : o.min(a, b);
      case AND -> t.isBool() ? o.and(a, b) : o.binary("BitwiseAnd", a, b);
      case OR -> t.isBool() ? o.or(a, b) : o.binary("BitwiseOr", a, b);
      case XOR -> t.isBool() ? o.compare("NotEqual", a, b) : o.binary("BitwiseXor", a, b);
      case SHIFT_LEFT -> shift("LeftShift", a, b, o.scalar(t, 0L));
      case SHIFT_RIGHT_LOGICAL -> {
        DType u = unsigned(t);
        Term y = shift("RightShift", o.bits(a, u), o.bits(b, u), o.scalar(u, 0L));
        yield o.bits(y, t);
      }
      case SHIFT_RIGHT_ARITHMETIC -> {
        long most = 8L * t.size() - 1;
        // beyond the width, a shift by all but the sign bit gives what is asked
        Term wide = o.compare("GreaterEqual", asUnsigned(b), o.scalar(unsigned(t), most + 1));
        Term by = o.select(wide, o.scalar(t, most), b);
        Term y = o.binary("RightShift", a, by);
        yield t.isUnsigned() ? o.select(wide, o.scalar(t, 0L), y) : y;
      }
      case NEXTAFTER -> nextAfter(a, b);
      case COMPLEX -> {
        DType c = t == DType.FLOAT32 ? DType.COMPLEX64 : DType.COMPLEX128;
        Shape s = Shape.broadcast(a.shape(), b.shape());
        yield o.call(new OpCall("Complex").dtype("Tout", c), s, c, a, b);
      }
    };
  }

  // TensorFlow fails where a divisor is 0, and the hardware where the lowest number is divided by
  // -1
  private Term quotient(Term a, Term b) {
    DType t = b.dtype();
    Term zero = o.scalar(t, 0L);
    Term none = o.compare("Equal", b, zero);
    if (t.isUnsigned()) {
      return o.select(none, zero, o.binary("TruncateDiv", a, divisor(b)));
    }
    Term minus = o.compare("Equal", b, o.scalar(t, -1L));
    Term q = o.binary("TruncateDiv", a, o.select(o.or(none, minus), o.scalar(t, 1L), b));
    return o.select(none, zero, o.select(minus, o.sub(zero, a), q));
  }

  // a remainder by 1 is 0, as it shall be by 0 and is by -1
  private Term divisor(Term b) {
    DType t = b.dtype();
    Term trap = o.compare("Equal", b, o.scalar(t, 0L));
    if (!t.isUnsigned()) {
      trap = o.or(trap, o.compare("Equal", b, o.scalar(t, -1L)));
    }
    return o.select(trap, o.scalar(t, 1L), b);
  }

  private Term remainder(Term a, Term b) {
    DType t = a.dtype();
    if (!t.isInteger()) {
      return o.binary("TruncateMod", a, b);
    }
    return o.binary(t.isUnsigned() ? "FloorMod" : "TruncateMod", a, divisor(b));
  }

  private Term power(Term a, Term b) {
    DType t = a.dtype();
    if (!t.isInteger()) {
      return o.binary("Pow", a, b);
    }
    if (t == DType.UINT64) {
      // the same bits as of int64, which has a kernel, by half of the exponent, which has no sign,
      // squared
      Term one = o.scalar(t, 1L);
      Term half = o.bits(o.binary("RightShift", b, one), DType.INT64);
      Term root = o.binary("Pow", o.bits(a, DType.INT64), half);
      Term odd = o.compare("Equal", o.binary("BitwiseAnd", b, one), one);
      Term square = o.bits(o.binary("Mul", root, root), t);
      return o.binary("Mul", square, o.select(odd, a, one));
    }
    if (!t.isSigned()) {
      return o.binary("Pow", a, b);
    }
    // TensorFlow refuses a negative exponent: of 1 and -1 its parity tells, of others the result is
    // 0
    Term zero = o.scalar(t, 0L);
    Term one = o.scalar(t, 1L);
    Term inverse = o.compare("Less", b, zero);
    Term unit = o.or(o.compare("Equal", a, one), o.compare("Equal", a, o.scalar(t, -1L)));
    Term y = o.binary("Pow", a, o.select(inverse, o.binary("BitwiseAnd", b, one), b));
    return o.select(
        o.and(inverse, o.call(new OpCall("LogicalNot"), unit.shape(), DType.BOOL, unit)), zero, y);
  }

  private Term shift(String op, Term a, Term b, Term beyond) {
    DType t = a.dtype();
    long width = 8L * t.size();
    Term wide = o.compare("GreaterEqual", asUnsigned(b), o.scalar(unsigned(t), width));
    return o.select(wide, beyond, o.binary(op, a, o.select(wide, o.scalar(t, 0L), b)));
  }

  private Term asUnsigned(Term x) {
    return o.bits(x, unsigned(x.dtype()));
  }

  static DType unsigned(DType t) {
    return switch (t) {
      case INT8 -> DType.UINT8;
      case INT16 -> DType.UINT16;
      case INT32 -> DType.UINT32;
      case INT64 -> DType.UINT64;
      default -> t;
    };
  }

  private Term nextAfter(Term a, Term b) {
    DType t = a.dtype();
    if (t == DType.FLOAT32 || t == DType.FLOAT64) {
      return o.binary("NextAfter", a, b);
    }
    // a step in a small type is one in its bits, counted from zero in either direction
    DType bits = t.size() == 2 ? DType.INT16 : DType.INT8;
    Shape s = Shape.broadcast(a.shape(), b.shape());
    if (SmallFloats.is(t)) {
      throw new IllegalArgumentException("NEXTAFTER is not defined for " + t + " on TensorFlow");
    }
    Term from = o.broadcastTo(a, s, o.shapeOfBoth(a, b));
    Term zero = o.scalar(t, 0.0);
    Term i = o.bits(from, bits);
    Term up = o.compare("Less", a, b);
    Term grows = o.compare("Equal", up, o.compare("Greater", from, zero));
    Term step = o.select(grows, o.scalar(bits, 1L), o.scalar(bits, -1L));
    Term moved = o.bits(o.add(i, step), t);
    NDArray one = NDArray.scalar(bits, 1L);
    NDArray minusOne = NDArray.scalar(bits, t.size() == 2 ? 0x8001L : 0x81L);
    Term smallest = o.select(up, o.bits(o.constant(one), t), o.bits(o.constant(minusOne), t));
    Term y = o.select(o.compare("Equal", from, zero), smallest, moved);
    Term same = o.compare("Equal", from, b);
    Term nan = o.or(isNaN(from), isNaN(b));
    return o.select(nan, o.scalar(t, Double.NaN), o.select(same, b, y));
  }

  Term isNaN(Term x) {
    return o.compare("NotEqual", x, x);
  }

  Term compare(Compare.Direction direction, Term a, Term b) {
    if (a.dtype().isBool()
        && direction != Compare.Direction.EQ
        && direction != Compare.Direction.NE) {
      return compare(direction, o.cast(a, DType.UINT8), o.cast(b, DType.UINT8));
    }
    return switch (direction) {
      case EQ -> o.compare("Equal", a, b);
      case NE -> o.compare("NotEqual", a, b);
      case LT -> o.compare("Less", a, b);
      case LE -> o.compare("LessEqual", a, b);
      case GT -> o.compare("Greater", a, b);
      case GE -> o.compare("GreaterEqual", a, b);
    };
  }

  /** Converts as the primitive says; the target may be a four-bit type. */
  Term convert(Term x, DType to) {
    if (to == DType.INT4 || to == DType.UINT4) {
      DType bytes = to == DType.INT4 ? DType.INT8 : DType.UINT8;
      return x.dtype().isFloat() ? o.cast(bounded(x, to), bytes) : wrap(convert(x, bytes), to);
    }
    if (to.isBool() && !x.dtype().isBool()) {
      return o.compare("NotEqual", x, o.scalar(x.dtype(), 0L));
    }
    if (x.dtype().isComplex() && !to.isComplex()) {
      return convert(complexPart("Real", x), to);
    }
    if (x.dtype().isFloat() && to.isInteger() && to.size() <= 4) {
      return bounded(x, to);
    }
    boolean small = SmallFloats.is(x.dtype()) && !to.isFloat()
        || SmallFloats.is(to) && !x.dtype().isFloat();
    return small ? o.cast(o.cast(x, DType.FLOAT32), to) : o.cast(x, to);
  }

  /** Floats as integers of 8 to 32 bits, confined to their range; NaN is 0. */
  private Term bounded(Term x, DType to) {
    int bits = to.bits();
    long low = to.isSigned() ? -1L << (bits - 1) : 0;
    long end = 1L << (to.isSigned() ? bits - 1 : bits);
    // halves do not reach far enough, and no float32 is the largest integer of 32 bits
    Term wide = x.dtype().size() < 4 ? o.cast(x, DType.FLOAT32) : x;
    DType t = wide.dtype();
    wide = o.select(o.compare("Equal", wide, wide), wide, o.scalar(t, 0.0));
    wide = o.binary("Minimum", wide, o.scalar(t, (double) end));
    wide = o.binary("Maximum", wide, o.scalar(t, (double) low));
    Term whole = o.binary("Minimum", o.cast(wide, DType.INT64), o.scalar(DType.INT64, end - 1));
    return bits < 8 ? whole : o.cast(whole, to);
  }

  /** Keeps the low four bits of a byte, as a number of a four-bit type. */
  Term wrap(Term x, DType to) {
    if (to == DType.UINT4) {
      return o.binary("BitwiseAnd", x, o.scalar(DType.UINT8, 15L));
    }
    Term four = o.scalar(DType.INT8, 4L);
    return o.binary("RightShift", o.binary("LeftShift", x, four), four);
  }

  Term bitcast(Term x, DType to, Shape shape) {
    if (x.dtype().isBool()) {
      return bitcast(o.cast(x, DType.UINT8), to, shape);
    }
    if (to.isBool()) {
      return o.cast(bitcast(x, DType.UINT8, shape), DType.BOOL);
    }
    if (SmallFloats.is(x.dtype())) {
      return x.dtype() == to ? x : bitcast(new SmallFloats(o).bits(x), to, shape);
    }
    if (SmallFloats.is(to)) {
      return new SmallFloats(o).ofBits(bitcast(x, DType.UINT8, shape), to);
    }
    int from = x.dtype().size();
    if (from == to.size()) {
      return o.bits(x, to);
    }
    OpCall call = new OpCall("Bitcast").dtype("type", to);
    Shape s = x.shape();
    if (from > to.size()) {
      Term y = o.call(call, s.insert(s.rank(), from / to.size()), to, x);
      return o.reshape(y, shape, () -> {
        List<Term> sizes = o.dims(x, 0, s.rank() - 1);
        sizes.add(o.mul(o.dim(x, s.rank() - 1), o.scalar(from / to.size())));
        return sizes;
      });
    }
    int ratio = to.size() / from;
    Term grouped = o.reshape(x, shape.insert(shape.rank(), ratio), () -> {
      List<Term> sizes = o.dims(x, 0, s.rank() - 1);
      sizes.add(o.binary("TruncateDiv", o.dim(x, s.rank() - 1), o.scalar(ratio)));
      sizes.add(o.scalar(ratio));
      return sizes;
    });
    return o.call(call, shape, to, grouped);
  }
}
