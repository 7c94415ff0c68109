package com.example.toy;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.UnaryKind;

/** Functions of single elements; floats are computed in double. */
final class Elementwise {
  private Elementwise() {}

  static NDArray unary(UnaryKind kind, NDArray x, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    DType t = x.dtype();
    if (t.isComplex()) {
      for (int i = 0; i < x.size(); i++) {
        Complex.at(x, i).apply(kind).put(out, i);
      }
    } else if (kind == UnaryKind.IS_FINITE) {
      for (int i = 0; i < x.size(); i++) {
        out.setLong(i, Double.isFinite(x.getDouble(i)) ? 1 : 0);
      }
    } else if (t.isFloat()) {
      DoubleUnaryOperator f = ofFloats(kind);
      for (int i = 0; i < x.size(); i++) {
        out.setDouble(i, f.applyAsDouble(x.getDouble(i)));
      }
    } else {
      LongUnaryOperator f = ofIntegers(kind, t);
      for (int i = 0; i < x.size(); i++) {
        out.setLong(i, f.applyAsLong(x.getLong(i)));
      }
    }
    return out;
  }

  private static DoubleUnaryOperator ofFloats(UnaryKind kind) {
    return switch (kind) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> Math::signum;
      case FLOOR -> Math::floor;
      case CEIL -> Math::ceil;
      case ROUND_EVEN -> Math::rint;
      case EXP -> Math::exp;
      case EXPM1 -> Math::expm1;
      case LOG -> Math::log;
      case LOG1P -> Math::log1p;
      case SQRT -> Math::sqrt;
      case RSQRT -> x -> 1 / Math.sqrt(x);
      case SIN -> Math::sin;
      case COS -> Math::cos;
      case TAN -> Math::tan;
      case ASIN -> Math::asin;
      case ACOS -> Math::acos;
      case ATAN -> Math::atan;
      case SINH -> Math::sinh;
      case COSH -> Math::cosh;
      case ASINH -> Special::asinh;
      case ACOSH -> Special::acosh;
      case ATANH -> x -> 0.5 * (Math.log1p(x) - Math.log1p(-x));
      case TANH -> Math::tanh;
      case LOGISTIC -> x -> 1 / (1 + Math.exp(-x));
      case ERF -> Special::erf;
      case ERFC -> Special::erfc;
      case ERF_INV -> Special::erfInv;
      case LGAMMA -> Special::lgamma;
      case DIGAMMA -> Special::digamma;
      case BESSEL_I0E -> x -> Special.bessel(0, x);
      case BESSEL_I1E -> x -> Special.bessel(1, x);
      default -> throw new IllegalArgumentException(kind + " of floats");
    };
  }

  private static LongUnaryOperator ofIntegers(UnaryKind kind, DType t) {
    return switch (kind) {
      case NEG -> x -> -x;
      case ABS -> t.isSigned() ? Math::abs : x -> x;
      case SIGN -> t.isSigned() ? Long::signum : x -> x == 0 ? 0 : 1;
      case NOT -> t.isBool() ? x -> 1 - x : x -> ~x;
      default -> throw new IllegalArgumentException(kind + " of " + t);
    };
  }

  static NDArray binary(BinaryKind kind, NDArray x, NDArray y, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    int[] a = Places.broadcast(spec.shape(), x.shape());
    int[] b = Places.broadcast(spec.shape(), y.shape());
    DType t = x.dtype();
    if (kind == BinaryKind.COMPLEX) {
      for (int i = 0; i < a.length; i++) {
        out.setComplex(i, x.getDouble(a[i]), y.getDouble(b[i]));
      }
    } else if (kind == BinaryKind.NEXTAFTER) {
      for (int i = 0; i < a.length; i++) {
        Conversion.nextAfter(x.getDouble(a[i]), y.getDouble(b[i]), out, i);
      }
    } else if (t.isComplex()) {
      for (int i = 0; i < a.length; i++) {
        Complex.at(x, a[i]).apply(kind, Complex.at(y, b[i])).put(out, i);
      }
    } else if (t.isFloat()) {
      DoubleBinaryOperator f = ofFloats(kind);
      for (int i = 0; i < a.length; i++) {
        out.setDouble(i, f.applyAsDouble(x.getDouble(a[i]), y.getDouble(b[i])));
      }
    } else {
      LongBinaryOperator f = ofIntegers(kind, t);
      for (int i = 0; i < a.length; i++) {
        out.setLong(i, f.applyAsLong(x.getLong(a[i]), y.getLong(b[i])));
      }
    }
    return out;
  }

  private static DoubleBinaryOperator ofFloats(BinaryKind kind) {
    return switch (kind) {
      case ADD -> Double::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / y;
      case REM -> (x, y) -> x % y;
      case POW -> Elementwise::pow;
      case ATAN2 -> Math::atan2;
      case MAX -> Math::max;
      case MIN -> Math::min;
      default -> throw new IllegalArgumentException(kind + " of floats");
    };
  }

  /** As C has it: powers of 1 are 1 whatever the exponent, and so is that of -1 to infinity. */
  private static double pow(double x, double y) {
    return x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : Math.pow(x, y);
  }

  private static LongBinaryOperator ofIntegers(BinaryKind kind, DType t) {
    boolean wide = t == DType.UINT64;
    int bits = t.bits();
    long mask = bits == 64 ? -1 : (1L << bits) - 1;
    return switch (kind) {
      case ADD -> Long::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> y == 0 ? 0 : wide ? Long.divideUnsigned(x, y) : x / y;
      case REM -> (x, y) -> y == 0 ? 0 : wide ? Long.remainderUnsigned(x, y) : x % y;
      case POW -> (x, y) -> t.isSigned() && y < 0 ? negativePower(x, y) : power(x, y);
      case MAX -> (x, y) -> compare(t, x, y) > 0 ? x : y;
      case MIN -> (x, y) -> compare(t, x, y) < 0 ? x : y;
      case AND -> (x, y) -> x & y;
      case OR -> (x, y) -> x | y;
      case XOR -> (x, y) -> x ^ y;
      case SHIFT_LEFT -> (x, y) -> y < 0 || y >= bits ? 0 : x << y;
      case SHIFT_RIGHT_LOGICAL -> (x, y) -> y < 0 || y >= bits ? 0 : (x & mask) >>> y;
      case SHIFT_RIGHT_ARITHMETIC ->
        (x, y) ->
            t.isSigned() ? x >> (y < 0 || y >= bits ? 63 : y) : (y < 0 || y >= bits ? 0 : x >>> y);
      default -> throw new IllegalArgumentException(kind + " of " + t);
    };
  }

  private static long negativePower(long x, long y) {
    return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0;
  }

  private static long power(long x, long y) {
    long result = 1;
    long base = x;
    for (long n = y; n != 0; n >>>= 1) {
      result *= (n & 1) == 1 ? base : 1;
      base *= base;
    }
    return result;
  }

  /** How two integers of a dtype compare. */
  static int compare(DType t, long x, long y) {
    return t == DType.UINT64 ? Long.compareUnsigned(x, y) : Long.compare(x, y);
  }

  static NDArray compare(Compare.Direction d, NDArray x, NDArray y, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    int[] a = Places.broadcast(spec.shape(), x.shape());
    int[] b = Places.broadcast(spec.shape(), y.shape());
    DType t = x.dtype();
    for (int i = 0; i < a.length; i++) {
      boolean holds;
      if (t.isFloat() || t.isComplex()) {
        double p = x.getDouble(a[i]);
        double q = y.getDouble(b[i]);
        boolean equal = p == q && x.getImaginary(a[i]) == y.getImaginary(b[i]);
        holds = switch (d) {
          case EQ -> equal;
          case NE -> !equal;
          case LT -> p < q;
          case LE -> p <= q;
          case GT -> p > q;
          case GE -> p >= q;
        };
      } else {
        int c = compare(t, x.getLong(a[i]), y.getLong(b[i]));
        holds = switch (d) {
          case EQ -> c == 0;
          case NE -> c != 0;
          case LT -> c < 0;
          case LE -> c <= 0;
          case GT -> c > 0;
          case GE -> c >= 0;
        };
      }
      out.setLong(i, holds ? 1 : 0);
    }
    return out;
  }

  static NDArray select(NDArray predicate, NDArray x, NDArray y, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    int[] p = Places.broadcast(spec.shape(), predicate.shape());
    int[] a = Places.broadcast(spec.shape(), x.shape());
    int[] b = Places.broadcast(spec.shape(), y.shape());
    for (int i = 0; i < p.length; i++) {
      if (predicate.getBoolean(p[i])) {
        Places.copy(x, a[i], out, i);
      } else {
        Places.copy(y, b[i], out, i);
      }
    }
    return out;
  }
}
