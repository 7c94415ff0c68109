package org.keras4j.ops.internal.numpy;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.composite.NumpyComposites;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Elementwise powers, logarithms, trigonometric and hyperbolic functions. Integers and bools become
 * floatx first.
 */
public final class ElementaryOps {
  private static final double LN2 = Math.log(2);

  private ElementaryOps() {}

  /** {@code e} to the power {@code x} ({@code keras.ops.exp}). */
  public static Tensor exp(Object x) {
    return Elementwise.floating("ops.exp", UnaryKind.EXP, x);
  }

  /** {@code exp(x) - 1}, exact near 0 ({@code keras.ops.expm1}). */
  public static Tensor expm1(Object x) {
    return Elementwise.floating("ops.expm1", UnaryKind.EXPM1, x);
  }

  /** The natural logarithm ({@code keras.ops.log}). */
  public static Tensor log(Object x) {
    return Elementwise.floating("ops.log", UnaryKind.LOG, x);
  }

  /** {@code log(1 + x)}, exact near 0 ({@code keras.ops.log1p}). */
  public static Tensor log1p(Object x) {
    return Elementwise.floating("ops.log1p", UnaryKind.LOG1P, x);
  }

  /** The square root ({@code keras.ops.sqrt}). */
  public static Tensor sqrt(Object x) {
    return Elementwise.floating("ops.sqrt", UnaryKind.SQRT, x);
  }

  /** The sine of radians ({@code keras.ops.sin}). */
  public static Tensor sin(Object x) {
    return Elementwise.floating("ops.sin", UnaryKind.SIN, x);
  }

  /** The cosine of radians ({@code keras.ops.cos}). */
  public static Tensor cos(Object x) {
    return Elementwise.floating("ops.cos", UnaryKind.COS, x);
  }

  /** The tangent of radians ({@code keras.ops.tan}). */
  public static Tensor tan(Object x) {
    return Elementwise.floating("ops.tan", UnaryKind.TAN, x);
  }

  /** The inverse sine, in radians ({@code keras.ops.arcsin}). */
  public static Tensor arcsin(Object x) {
    return Elementwise.floating("ops.arcsin", UnaryKind.ASIN, x);
  }

  /** The inverse cosine, in radians ({@code keras.ops.arccos}). */
  public static Tensor arccos(Object x) {
    return Elementwise.floating("ops.arccos", UnaryKind.ACOS, x);
  }

  /** The inverse tangent, in radians ({@code keras.ops.arctan}). */
  public static Tensor arctan(Object x) {
    return Elementwise.floating("ops.arctan", UnaryKind.ATAN, x);
  }

  /** The hyperbolic sine ({@code keras.ops.sinh}). */
  public static Tensor sinh(Object x) {
    return Elementwise.floating("ops.sinh", UnaryKind.SINH, x);
  }

  /** The hyperbolic cosine ({@code keras.ops.cosh}). */
  public static Tensor cosh(Object x) {
    return Elementwise.floating("ops.cosh", UnaryKind.COSH, x);
  }

  /** The hyperbolic tangent ({@code keras.ops.tanh}). */
  public static Tensor tanh(Object x) {
    return Elementwise.floating("ops.tanh", UnaryKind.TANH, x);
  }

  /** The inverse hyperbolic sine ({@code keras.ops.arcsinh}). */
  public static Tensor arcsinh(Object x) {
    return Elementwise.floating("ops.arcsinh", UnaryKind.ASINH, x);
  }

  /** The inverse hyperbolic cosine ({@code keras.ops.arccosh}). */
  public static Tensor arccosh(Object x) {
    return Elementwise.floating("ops.arccosh", UnaryKind.ACOSH, x);
  }

  /** The inverse hyperbolic tangent ({@code keras.ops.arctanh}). */
  public static Tensor arctanh(Object x) {
    return Elementwise.floating("ops.arctanh", UnaryKind.ATANH, x);
  }

  /** The largest integer not above ({@code keras.ops.floor}). */
  public static Tensor floor(Object x) {
    return Elementwise.floating("ops.floor", UnaryKind.FLOOR, x);
  }

  /** The smallest integer not below ({@code keras.ops.ceil}). */
  public static Tensor ceil(Object x) {
    return Elementwise.floating("ops.ceil", UnaryKind.CEIL, x);
  }

  /** {@code 2} to the power {@code x} ({@code keras.ops.exp2}). */
  public static Tensor exp2(Object x) {
    return Elementwise.floating("ops.exp2", t -> Prims.exp(Prims.mul(t, LN2)), x);
  }

  /** The logarithm to base 2 ({@code keras.ops.log2}). */
  public static Tensor log2(Object x) {
    return Elementwise.floating("ops.log2", t -> scaled(Prims.log(t), 1 / LN2), x);
  }

  /** The logarithm to base 10 ({@code keras.ops.log10}). */
  public static Tensor log10(Object x) {
    return Elementwise.floating("ops.log10", t -> scaled(Prims.log(t), 1 / Math.log(10)), x);
  }

  // by a real factor, which of infinite parts of complex numbers makes no NaN
  private static Tensor scaled(Tensor t, double factor) {
    return t.dtype().isComplex()
        ? Prims.binary(
            BinaryKind.COMPLEX,
            Prims.mul(Prims.unary(UnaryKind.REAL, t), factor),
            Prims.mul(Prims.unary(UnaryKind.IMAG, t), factor))
        : Prims.mul(t, factor);
  }

  /** The cube root, of negative numbers too ({@code keras.ops.cbrt}). */
  public static Tensor cbrt(Object x) {
    return Elementwise.floating(
        "ops.cbrt",
        t -> {
          Tensor root = Prims.pow(Prims.abs(t), Prims.scalarLike(t, 1.0 / 3));
          return Prims.select(Prims.lt(t, Prims.scalarLike(t, 0)), Prims.neg(root), root);
        },
        x);
  }

  /** The angle of the point {@code (x2, x1)}, in radians ({@code keras.ops.arctan2}). */
  public static Tensor arctan2(Object x1, Object x2) {
    return Elementwise.promotingFloat(
        "ops.arctan2", (a, b) -> Prims.binary(BinaryKind.ATAN2, a, b), x1, x2);
  }

  /** {@code log(exp(x1) + exp(x2))} ({@code keras.ops.logaddexp}). */
  public static Tensor logaddexp(Object x1, Object x2) {
    return Elementwise.promotingFloat("ops.logaddexp", (a, b) -> logSum(a, b, 1), x1, x2);
  }

  /** {@code log2(2^x1 + 2^x2)} ({@code keras.ops.logaddexp2}). */
  public static Tensor logaddexp2(Object x1, Object x2) {
    return Elementwise.promotingFloat("ops.logaddexp2", (a, b) -> logSum(a, b, LN2), x1, x2);
  }

  // to the base whose natural logarithm is given
  private static Tensor logSum(Tensor a, Tensor b, double ln) {
    Tensor d = Prims.sub(a, b);
    Tensor e = Prims.exp(Prims.mul(Prims.minusModulus(d), ln));
    Tensor small = Prims.unary(UnaryKind.LOG1P, e);
    Tensor sum = Prims.add(Prims.max(a, b), Prims.div(small, ln));
    // of two equal infinities the difference is NaN
    return Prims.select(Prims.and(Prims.ne(d, d), Prims.eq(a, b)), a, sum);
  }

  /** {@code sin(pi x) / (pi x)}, 1 at 0 ({@code keras.ops.sinc}). */
  public static Tensor sinc(Object x) {
    return Elementwise.floating(
        "ops.sinc",
        t -> {
          Tensor zero = Prims.eq(t, Prims.scalarLike(t, 0));
          Tensor safe = Prims.mul(Prims.select(zero, Prims.scalarLike(t, 1), t), Math.PI);
          Tensor ratio = Prims.div(Prims.unary(UnaryKind.SIN, safe), safe);
          return Prims.select(zero, Prims.scalarLike(t, 1), ratio);
        },
        x);
  }

  /** Degrees to radians ({@code keras.ops.deg2rad}). */
  public static Tensor deg2rad(Object x) {
    return Elementwise.floating("ops.deg2rad", t -> Prims.mul(t, Math.PI / 180), x);
  }

  /** Radians to degrees ({@code keras.ops.rad2deg}). */
  public static Tensor rad2deg(Object x) {
    return Elementwise.floating("ops.rad2deg", t -> Prims.mul(t, 180 / Math.PI), x);
  }

  /** The modified Bessel function of the first kind, order 0 ({@code keras.ops.i0}). */
  public static Tensor i0(Object x) {
    return Elementwise.floating(
        "ops.i0",
        t -> Prims.mul(
            Prims.exp(Prims.neg(Prims.minusModulus(t))), Prims.unary(UnaryKind.BESSEL_I0E, t)),
        x);
  }

  /** To the nearest integer, halves to even. */
  public static Tensor round(Object x) {
    return round(x, 0);
  }

  /**
   * Rounds to a number of decimals, halves to even ({@code keras.ops.round}), of complex ones both
   * parts; the dtype stays.
   *
   * @param decimals places after the point; negative ones count before it
   */
  public static Tensor round(Object x, int decimals) {
    return Op.call(
        "ops.round",
        a -> {
          Tensor t = a.tensor(0);
          int n = Axes.integer(a.get(1));
          DType d = t.dtype();
          if (d.isComplex()) {
            return Prims.binary(
                BinaryKind.COMPLEX,
                rounded(Prims.unary(UnaryKind.REAL, t), n),
                rounded(Prims.unary(UnaryKind.IMAG, t), n));
          }
          if (!d.isFloat()) {
            return n < 0 ? Prims.convert(rounded(Prims.convert(t, DType.FLOAT64), n), d) : t;
          }
          return Prims.convert(rounded(Prims.convert(t, Dtypes.wide(d)), n), d);
        },
        x,
        decimals);
  }

  private static Tensor rounded(Tensor t, int decimals) {
    if (decimals == 0) {
      return Prims.unary(UnaryKind.ROUND_EVEN, t);
    }
    double factor = Math.pow(10, Math.abs(decimals));
    return decimals > 0
        ? Prims.div(Prims.unary(UnaryKind.ROUND_EVEN, Prims.mul(t, factor)), factor)
        : Prims.mul(Prims.unary(UnaryKind.ROUND_EVEN, Prims.div(t, factor)), factor);
  }

  /** The integer part ({@code keras.ops.trunc}); integers and bools stay as they are. */
  public static Tensor trunc(Object x) {
    return Elementwise.mapping(
        "ops.trunc",
        t -> t.dtype().isFloat()
            ? Prims.select(
                Prims.lt(t, Prims.scalarLike(t, 0)),
                Prims.unary(UnaryKind.CEIL, t),
                Prims.unary(UnaryKind.FLOOR, t))
            : t,
        x);
  }

  /** The real part ({@code keras.ops.real}); of reals themselves. */
  public static Tensor real(Object x) {
    return Elementwise.mapping(
        "ops.real", t -> t.dtype().isComplex() ? Prims.unary(UnaryKind.REAL, t) : t, x);
  }

  /** The imaginary part ({@code keras.ops.imag}); of reals 0. */
  public static Tensor imag(Object x) {
    return Elementwise.mapping(
        "ops.imag",
        t -> t.dtype().isComplex() ? Prims.unary(UnaryKind.IMAG, t) : Prims.zerosLike(t),
        x);
  }

  /** The complex conjugate ({@code keras.ops.conj}). */
  public static Tensor conj(Object x) {
    return Elementwise.mapping("ops.conj", ElementaryOps::conjugated, x);
  }

  /** {@link #conj} under its other name ({@code keras.ops.conjugate}). */
  public static Tensor conjugate(Object x) {
    return Elementwise.mapping("ops.conjugate", ElementaryOps::conjugated, x);
  }

  static Tensor conjugated(Tensor t) {
    return t.dtype().isComplex() ? Prims.unary(UnaryKind.CONJ, t) : t;
  }

  /** The angle of a complex number, in radians ({@code keras.ops.angle}); of reals 0 or pi. */
  public static Tensor angle(Object x) {
    return Elementwise.floating(
        "ops.angle",
        t -> {
          boolean complex = t.dtype().isComplex();
          Tensor re = complex ? Prims.unary(UnaryKind.REAL, t) : t;
          Tensor im = complex ? Prims.unary(UnaryKind.IMAG, t) : Prims.zerosLike(t);
          return Prims.binary(BinaryKind.ATAN2, im, re);
        },
        x);
  }

  /** The tensor itself: tensors do not change, so a copy is not needed ({@code keras.ops.copy}). */
  public static Tensor copy(Object x) {
    return Elementwise.mapping("ops.copy", t -> t, x);
  }

  /** NaN becomes 0, infinities the largest finite numbers of the dtype. */
  public static Tensor nanToNum(Object x) {
    return nanToNum(x, 0.0, null, null);
  }

  /**
   * Replaces NaN and infinities, of complex numbers in each part ({@code keras.ops.nan_to_num}).
   *
   * @param posinf in place of positive infinity; null for the largest finite number
   * @param neginf in place of negative infinity; null for the smallest finite number
   */
  public static Tensor nanToNum(
      Object x, Object nan, @Nullable Object posinf, @Nullable Object neginf) {
    return Op.call(
        "ops.nan_to_num",
        a -> {
          Tensor t = a.tensor(0);
          if (t.dtype().isComplex()) {
            return Prims.binary(
                BinaryKind.COMPLEX,
                finite(a, Prims.unary(UnaryKind.REAL, t)),
                finite(a, Prims.unary(UnaryKind.IMAG, t)));
          }
          return t.dtype().isFloat() ? finite(a, t) : t;
        },
        x,
        nan,
        posinf,
        neginf);
  }

  private static Tensor finite(Op.Args a, Tensor t) {
    DType d = t.dtype();
    if (a.get(1) instanceof Number nan && isNumber(a.get(2)) && isNumber(a.get(3))) {
      Attributes numbers = Attributes.of(
          Composites.NAN,
          nan.doubleValue(),
          Composites.POSINF,
          number(a.get(2), largest(d)),
          Composites.NEGINF,
          number(a.get(3), -largest(d)));
      return NumpyComposites.NAN_TO_NUM.call1(numbers, t);
    }
    Tensor high = a.isGiven(2) ? a.tensor(2, d) : Prims.scalarLike(t, largest(d));
    Tensor low = a.isGiven(3) ? a.tensor(3, d) : Prims.scalarLike(t, -largest(d));
    Tensor r = Prims.select(Prims.ne(t, t), a.tensor(1, d), t);
    r = Prims.select(Prims.eq(t, Prims.scalarLike(t, Double.POSITIVE_INFINITY)), high, r);
    return Prims.select(Prims.eq(t, Prims.scalarLike(t, Double.NEGATIVE_INFINITY)), low, r);
  }

  private static boolean isNumber(@Nullable Object value) {
    return value == null || value instanceof Number;
  }

  private static double number(@Nullable Object value, double otherwise) {
    return value == null ? otherwise : ((Number) value).doubleValue();
  }

  /** The largest finite number of a float dtype. */
  static double largest(DType d) {
    return switch (d) {
      case FLOAT16 -> 65504;
      case BFLOAT16 -> 0x1.fep127;
      case FLOAT64 -> Double.MAX_VALUE;
      case FLOAT8_E4M3FN -> 448;
      case FLOAT8_E5M2 -> 57344;
      default -> Float.MAX_VALUE;
    };
  }
}
