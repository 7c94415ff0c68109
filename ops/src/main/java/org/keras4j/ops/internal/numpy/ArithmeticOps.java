package org.keras4j.ops.internal.numpy;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Elementwise arithmetic. Two operands broadcast as in NumPy, and combine to one dtype. */
public final class ArithmeticOps {
  private ArithmeticOps() {}

  /** The sum ({@code keras.ops.add}); of bools the logical or. */
  public static Tensor add(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.add", (a, b) -> a.dtype().isBool() ? Prims.or(a, b) : Prims.add(a, b), x1, x2);
  }

  /** The difference ({@code keras.ops.subtract}); bools must be converted first. */
  public static Tensor subtract(Object x1, Object x2) {
    return Elementwise.promoting("ops.subtract", Prims::sub, x1, x2);
  }

  /** The product ({@code keras.ops.multiply}); of bools the logical and. */
  public static Tensor multiply(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.multiply", (a, b) -> a.dtype().isBool() ? Prims.and(a, b) : Prims.mul(a, b), x1, x2);
  }

  /** The quotient, a float ({@code keras.ops.divide}). */
  public static Tensor divide(Object x1, Object x2) {
    return Elementwise.promotingFloat("ops.divide", Prims::div, x1, x2);
  }

  /** {@link #divide} under its other name ({@code keras.ops.true_divide}). */
  public static Tensor trueDivide(Object x1, Object x2) {
    return Elementwise.promotingFloat("ops.true_divide", Prims::div, x1, x2);
  }

  /** The quotient, and 0 where the divisor is 0 ({@code keras.ops.divide_no_nan}). */
  public static Tensor divideNoNan(Object x1, Object x2) {
    return Elementwise.promotingFloat("ops.divide_no_nan", ArithmeticOps::safeQuotient, x1, x2);
  }

  private static Tensor safeQuotient(Tensor a, Tensor b) {
    Tensor zero = Prims.eq(b, Prims.scalarLike(b, 0));
    Tensor safe = Prims.select(zero, Prims.scalarLike(b, 1), b);
    return Prims.select(zero, Prims.scalarLike(b, 0), Prims.div(a, safe));
  }

  /** The quotient rounded down ({@code keras.ops.floor_divide}); of integers 0 where the divisor is 0, as NumPy has it. */
  public static Tensor floorDivide(Object x1, Object x2) {
    return Elementwise.promoting("ops.floor_divide", ArithmeticOps::floorQuotient, x1, x2);
  }

  private static Tensor floorQuotient(Tensor a, Tensor b) {
    if (a.dtype().isBool()) {
      a = Prims.convert(a, DType.INT32);
      b = Prims.convert(b, DType.INT32);
    }
    if (a.dtype().isFloat()) {
      // exact: what the remainder leaves is a multiple of the divisor
      Tensor m = floorRemainder(a, b);
      Tensor none = Prims.eq(b, Prims.scalarLike(b, 0));
      Tensor q = Prims.div(Prims.select(none, a, Prims.sub(a, m)), b);
      return Prims.unary(UnaryKind.ROUND_EVEN, q);
    }
    Tensor q = Prims.div(a, b);
    if (a.dtype().isUnsigned()) {
      return q;
    }
    Tensor r = Prims.binary(BinaryKind.REM, a, b);
    Tensor zero = Prims.scalarLike(a, 0);
    Tensor down = Prims.and(Prims.ne(r, zero), Prims.ne(Prims.lt(r, zero), Prims.lt(b, zero)));
    return Prims.sub(q, Prims.convert(down, a.dtype()));
  }

  /** The remainder with the sign of the divisor ({@code keras.ops.mod}); of integers 0 where it is 0, as NumPy has it. */
  public static Tensor mod(Object x1, Object x2) {
    return Elementwise.promoting("ops.mod", ArithmeticOps::floorRemainder, x1, x2);
  }

  private static Tensor floorRemainder(Tensor a, Tensor b) {
    if (a.dtype().isBool()) {
      a = Prims.convert(a, DType.INT32);
      b = Prims.convert(b, DType.INT32);
    }
    Tensor r = Prims.binary(BinaryKind.REM, a, b);
    if (a.dtype().isUnsigned()) {
      return r;
    }
    Tensor zero = Prims.scalarLike(a, 0);
    Tensor other = Prims.and(Prims.ne(r, zero), Prims.ne(Prims.lt(r, zero), Prims.lt(b, zero)));
    return Prims.select(other, Prims.add(r, b), r);
  }

  /** The remainder with the sign of the dividend ({@code keras.ops.fmod}); of integers 0 by a divisor of 0. */
  public static Tensor fmod(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.fmod",
        (a, b) -> a.dtype().isBool()
            ? Prims.binary(
                BinaryKind.REM, Prims.convert(a, DType.INT32), Prims.convert(b, DType.INT32))
            : Prims.binary(BinaryKind.REM, a, b),
        x1,
        x2);
  }

  /**
   * {@code x1} to the power {@code x2} ({@code keras.ops.power}). Powers of integers wrap; with a negative exponent
   * they are what is left of a fraction, 0, but of 1 and -1, whose powers are 1 and -1.
   */
  public static Tensor power(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.power",
        (a, b) -> a.dtype().isBool()
            ? Prims.pow(Prims.convert(a, DType.INT32), Prims.convert(b, DType.INT32))
            : Prims.pow(a, b),
        x1,
        x2);
  }

  /** The larger of two elements, NaN if either is ({@code keras.ops.maximum}). */
  public static Tensor maximum(Object x1, Object x2) {
    return Elementwise.promoting("ops.maximum", Prims::max, x1, x2);
  }

  /** The smaller of two elements, NaN if either is ({@code keras.ops.minimum}). */
  public static Tensor minimum(Object x1, Object x2) {
    return Elementwise.promoting("ops.minimum", Prims::min, x1, x2);
  }

  /** {@code -x} ({@code keras.ops.negative}). */
  public static Tensor negative(Object x) {
    return Elementwise.mapping("ops.negative", Prims::neg, x);
  }

  /** The absolute value, of complex numbers the modulus ({@code keras.ops.absolute}). */
  public static Tensor absolute(Object x) {
    return Elementwise.mapping("ops.absolute", ArithmeticOps::modulus, x);
  }

  /** {@link #absolute} under its other name ({@code keras.ops.abs}). */
  public static Tensor abs(Object x) {
    return Elementwise.mapping("ops.abs", ArithmeticOps::modulus, x);
  }

  private static Tensor modulus(Tensor x) {
    return x.dtype().isBool() || x.dtype().isUnsigned() ? x : Prims.abs(x);
  }

  /** -1, 0 or 1 ({@code keras.ops.sign}). */
  public static Tensor sign(Object x) {
    return Elementwise.mapping("ops.sign", t -> Prims.unary(UnaryKind.SIGN, t), x);
  }

  /** {@code x * x} ({@code keras.ops.square}); bools become int32. */
  public static Tensor square(Object x) {
    return Elementwise.mapping(
        "ops.square", t -> Prims.square(t.dtype().isBool() ? Prims.convert(t, DType.INT32) : t), x);
  }

  /** {@code 1 / x}, a float ({@code keras.ops.reciprocal}). */
  public static Tensor reciprocal(Object x) {
    return Op.call("ops.reciprocal", a -> Prims.div(1, a.tensor(0, Dtypes.floating(a.get(0)))), x);
  }

  /** The larger of two elements, of which one may be NaN ({@code keras.ops.fmax}). */
  public static Tensor fmax(Object x1, Object x2) {
    return Elementwise.promoting("ops.fmax", (a, b) -> prefer(Prims.gt(a, b), a, b), x1, x2);
  }

  /** The smaller of two elements, of which one may be NaN ({@code keras.ops.fmin}). */
  public static Tensor fmin(Object x1, Object x2) {
    return Elementwise.promoting("ops.fmin", (a, b) -> prefer(Prims.lt(a, b), a, b), x1, x2);
  }

  // of two equal elements the second counts, also for the gradient
  private static Tensor prefer(Tensor first, Tensor a, Tensor b) {
    return Prims.select(b.dtype().isFloat() ? Prims.or(first, Prims.ne(b, b)) : first, a, b);
  }

  /** {@code sqrt(x1^2 + x2^2)}, a float, without overflow between ({@code keras.ops.hypot}). */
  public static Tensor hypot(Object x1, Object x2) {
    return Elementwise.promotingFloat(
        "ops.hypot",
        (a, b) -> {
          Tensor p = Prims.abs(a);
          Tensor q = Prims.abs(b);
          Tensor large = Prims.max(p, q);
          Tensor zero = Prims.eq(large, Prims.scalarLike(large, 0));
          Tensor safe = Prims.select(zero, Prims.scalarLike(large, 1), large);
          Tensor ratio = Prims.div(Prims.min(p, q), safe);
          Tensor r = Prims.mul(safe, Prims.sqrt(Prims.add(Prims.square(ratio), 1)));
          Tensor infinite = Prims.eq(large, Prims.scalarLike(large, Double.POSITIVE_INFINITY));
          return Prims.select(Prims.or(zero, infinite), large, r);
        },
        x1,
        x2);
  }

  /**
   * 0 for negative elements of {@code x1}, 1 for positive ones, and {@code x2} where it is 0 ({@code
   * keras.ops.heaviside}); a float.
   */
  public static Tensor heaviside(Object x1, Object x2) {
    return Elementwise.promotingFloat(
        "ops.heaviside",
        (a, b) -> {
          Tensor zero = Prims.scalarLike(a, 0);
          Tensor step = Prims.select(Prims.lt(a, zero), zero, Prims.scalarLike(a, 1));
          Tensor known = Prims.select(Prims.eq(a, zero), b, step);
          return Prims.select(Prims.ne(a, a), a, known);
        },
        x1,
        x2);
  }

  /** The next float after {@code x1} toward {@code x2} ({@code keras.ops.nextafter}). */
  public static Tensor nextafter(Object x1, Object x2) {
    return Elementwise.promotingFloat(
        "ops.nextafter", (a, b) -> Prims.binary(BinaryKind.NEXTAFTER, a, b), x1, x2);
  }

  /**
   * {@code x1} times 2 to the power {@code x2}, a float ({@code keras.ops.ldexp}).
   *
   * @throws IllegalArgumentException if {@code x2} is not of an integer dtype
   */
  public static Tensor ldexp(Object x1, Object x2) {
    return Op.call(
        "ops.ldexp",
        a -> {
          DType e = a.spec(1).dtype();
          if (!e.isInteger()) {
            throw new IllegalArgumentException("the exponent must be an integer, got dtype " + e);
          }
          Tensor x = a.tensor(0, Dtypes.promote(a.get(0), a.get(1), Dtypes.WEAK_FLOAT));
          Tensor n = a.tensor(1, DType.INT32);
          // in two steps, so that no power overflows before its time
          Tensor half = Prims.div(n, Prims.scalar(DType.INT32, 2L));
          Tensor two = Prims.scalarLike(x, 2);
          Tensor once = Prims.mul(x, Prims.pow(two, Prims.convert(half, x.dtype())));
          return Prims.mul(once, Prims.pow(two, Prims.convert(Prims.sub(n, half), x.dtype())));
        },
        x1,
        x2);
  }

  /** The absolute value as a float ({@code keras.ops.fabs}). */
  public static Tensor fabs(Object x) {
    return Op.call("ops.fabs", a -> Prims.abs(a.tensor(0, Dtypes.floating(a.get(0)))), x);
  }

  /** Whether the sign is negative, that of -0 included ({@code keras.ops.signbit}). */
  public static Tensor signbit(Object x) {
    return Elementwise.mapping("ops.signbit", ArithmeticOps::negativeSign, x);
  }

  static Tensor negativeSign(Tensor x) {
    DType d = x.dtype();
    if (d.isBool() || d.isUnsigned()) {
      return Prims.fullLike(x, DType.BOOL, 0);
    }
    Tensor bits = x;
    if (d.isFloat()) {
      DType i = switch (d.size()) {
        case 1 -> DType.INT8;
        case 2 -> DType.INT16;
        case 4 -> DType.INT32;
        default -> DType.INT64;
      };
      bits = Engine.bind1(new Bitcast(i), x);
    }
    return Prims.lt(bits, Prims.scalar(bits.dtype(), 0L));
  }

  /**
   * The elements confined to {@code xMin} to {@code xMax} ({@code keras.ops.clip}), which broadcast;
   * either may be null for no bound. Bools become int32.
   */
  public static Tensor clip(Object x, @Nullable Object xMin, @Nullable Object xMax) {
    return Op.call(
        "ops.clip",
        a -> {
          DType d = a.spec(0).dtype();
          Object p = d.isBool() ? DType.INT32 : Dtypes.of(a.get(0));
          DType t = Dtypes.promote(p, a.isGiven(1) ? a.get(1) : p, a.isGiven(2) ? a.get(2) : p);
          Tensor r = a.tensor(0, t);
          r = a.isGiven(1) ? Prims.max(r, a.tensor(1, t)) : r;
          return a.isGiven(2) ? Prims.min(r, a.tensor(2, t)) : r;
        },
        x,
        xMin,
        xMax);
  }
}
