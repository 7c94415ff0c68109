package org.keras4j.ops.internal.autodiff;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.ReducePrecision;
import org.keras4j.core.primitive.Select;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Gradient rules of elementwise primitives; corners and ties are treated as JAX treats them. */
final class ElementwiseVjp {
  private ElementwiseVjp() {}

  static List<@Nullable Tensor> unary(Unary p, Vjp.Site s) {
    return s.give(unary(p.kind(), s.in(0), s.out(0), s.ct()));
  }

  private static @Nullable Tensor unary(UnaryKind kind, Tensor x, Tensor y, Tensor ct) {
    return switch (kind) {
      case NEG -> Prims.neg(ct);
      case ABS ->
        x.dtype().isComplex()
            ? complexAbs(x, y, ct)
            : Prims.select(Prims.ge(x, Prims.scalarLike(x, 0)), ct, Prims.neg(ct));
      case SIGN, FLOOR, CEIL, ROUND_EVEN, IS_FINITE, NOT -> null;
      case EXP -> Prims.mul(ct, y);
      case EXPM1 -> Prims.mul(ct, Prims.add(y, 1));
      case LOG -> Prims.div(ct, x);
      case LOG1P -> Prims.div(ct, Prims.add(x, 1));
      case SQRT -> Prims.div(Prims.mul(ct, 0.5), y);
      case RSQRT -> Prims.mul(ct, Prims.div(Prims.mul(y, -0.5), x));
      case SIN -> Prims.mul(ct, of(UnaryKind.COS, x));
      case COS -> Prims.neg(Prims.mul(ct, of(UnaryKind.SIN, x)));
      case TAN -> Prims.mul(ct, Prims.add(Prims.square(y), 1));
      case ASIN -> Prims.mul(ct, Prims.rsqrt(Prims.sub(1, Prims.square(x))));
      case ACOS -> Prims.neg(Prims.mul(ct, Prims.rsqrt(Prims.sub(1, Prims.square(x)))));
      case ATAN -> Prims.div(ct, Prims.add(Prims.square(x), 1));
      case SINH -> Prims.mul(ct, of(UnaryKind.COSH, x));
      case COSH -> Prims.mul(ct, of(UnaryKind.SINH, x));
      case ASINH -> Prims.mul(ct, Prims.rsqrt(Prims.add(Prims.square(x), 1)));
      case ACOSH -> Prims.mul(ct, Prims.rsqrt(Prims.mul(Prims.sub(x, 1), Prims.add(x, 1))));
      case ATANH -> Prims.div(ct, Prims.mul(Prims.sub(1, x), Prims.add(x, 1)));
      // factors of 1 - y^2 keep their digits in narrow floats where y is near 1
      case TANH -> {
        Tensor m = Prims.mul(ct, Prims.sub(1, y));
        yield Prims.add(m, Prims.mul(m, y));
      }
      case LOGISTIC -> Prims.mul(Prims.mul(ct, Prims.sub(1, y)), y);
      case ERF -> Prims.mul(ct, gauss(x, 2 / Math.sqrt(Math.PI)));
      case ERFC -> Prims.mul(ct, gauss(x, -2 / Math.sqrt(Math.PI)));
      case ERF_INV -> Prims.mul(ct, Prims.mul(Prims.exp(Prims.square(y)), Math.sqrt(Math.PI) / 2));
      case LGAMMA -> Prims.mul(ct, of(UnaryKind.DIGAMMA, x));
      case DIGAMMA -> Prims.mul(ct, trigamma(x));
      case BESSEL_I0E ->
        Prims.mul(ct, Prims.sub(of(UnaryKind.BESSEL_I1E, x), Prims.mul(of(UnaryKind.SIGN, x), y)));
      case BESSEL_I1E -> Prims.mul(ct, besselI1eSlope(x, y));
      case REAL -> complex(ct, Prims.zerosLike(ct));
      case IMAG -> complex(Prims.zerosLike(ct), Prims.neg(ct));
      case CONJ -> of(UnaryKind.CONJ, ct);
    };
  }

  static Tensor of(UnaryKind kind, Tensor x) {
    return Prims.unary(kind, x);
  }

  static Tensor complex(Tensor re, Tensor im) {
    return Prims.binary(BinaryKind.COMPLEX, re, im);
  }

  private static Tensor complexAbs(Tensor x, Tensor y, Tensor ct) {
    // 0 at 0, as the sign is there
    Tensor zero = Prims.eq(y, Prims.scalarLike(y, 0));
    Tensor scale = Prims.div(ct, Prims.select(zero, Prims.scalarLike(y, 1), y));
    return Prims.mul(complex(scale, Prims.zerosLike(scale)), of(UnaryKind.CONJ, x));
  }

  private static Tensor gauss(Tensor x, double factor) {
    return Prims.mul(Prims.exp(Prims.neg(Prims.square(x))), factor);
  }

  private static Tensor besselI1eSlope(Tensor x, Tensor y) {
    Tensor zero = Prims.eq(x, Prims.scalarLike(x, 0));
    Tensor safe = Prims.select(zero, Prims.scalarLike(x, 1), x);
    Tensor slope = Prims.sub(
        of(UnaryKind.BESSEL_I0E, x),
        Prims.mul(y, Prims.add(of(UnaryKind.SIGN, x), Prims.div(1, safe))));
    return Prims.select(zero, Prims.scalarLike(x, 0.5), slope);
  }

  /** The derivative of digamma: reflection, six steps of recurrence, and the asymptotic series. */
  private static Tensor trigamma(Tensor x) {
    Tensor reflect = Prims.lt(x, Prims.scalarLike(x, 0.5));
    Tensor z = Prims.select(reflect, Prims.sub(1, x), x);
    Tensor sum = Prims.div(1, Prims.square(z));
    for (int k = 1; k < 6; k++) {
      sum = Prims.add(sum, Prims.div(1, Prims.square(Prims.add(z, k))));
    }
    Tensor w = Prims.div(1, Prims.add(z, 6));
    Tensor w2 = Prims.square(w);
    // Bernoulli numbers B2, B4, ... from the highest down (Horner)
    double[] bernoulli = {7.0 / 6, -691.0 / 2730, 5.0 / 66, -1.0 / 30, 1.0 / 42, -1.0 / 30, 1.0 / 6
    };
    Tensor series = Prims.mul(w2, bernoulli[0]);
    for (int i = 1; i < bernoulli.length; i++) {
      series = Prims.mul(Prims.add(series, bernoulli[i]), w2);
    }
    Tensor tail = Prims.add(Prims.add(w, Prims.mul(w2, 0.5)), Prims.mul(w, series));
    Tensor at = Prims.add(sum, tail);
    Tensor sin = of(UnaryKind.SIN, Prims.mul(x, Math.PI));
    Tensor mirrored = Prims.sub(Prims.div(Math.PI * Math.PI, Prims.square(sin)), at);
    return Prims.select(reflect, mirrored, at);
  }

  static List<@Nullable Tensor> binary(Binary p, Vjp.Site s) {
    Tensor a = s.in(0);
    Tensor b = s.in(1);
    Tensor ca = s.wants(0) ? left(p.kind(), a, b, s.ct()) : null;
    Tensor cb = s.wants(1) ? right(p.kind(), a, b, s.out(0), s.ct()) : null;
    return s.give(
        ca == null ? null : Adjoint.unbroadcast(ca, a),
        cb == null ? null : Adjoint.unbroadcast(cb, b));
  }

  private static @Nullable Tensor left(BinaryKind kind, Tensor a, Tensor b, Tensor ct) {
    return switch (kind) {
      case ADD, SUB, REM -> ct;
      case MUL -> Prims.mul(ct, b);
      case DIV -> Prims.div(ct, b);
      case POW -> Prims.mul(ct, powSlope(a, b));
      case ATAN2 -> Prims.mul(ct, Prims.div(b, Prims.add(Prims.square(a), Prims.square(b))));
      case MAX -> winner(a, b, ct);
      case MIN -> winner(b, a, ct);
      case COMPLEX -> of(UnaryKind.REAL, ct);
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_ARITHMETIC, SHIFT_RIGHT_LOGICAL, NEXTAFTER -> null;
    };
  }

  private static @Nullable Tensor right(BinaryKind kind, Tensor a, Tensor b, Tensor y, Tensor ct) {
    return switch (kind) {
      case ADD -> ct;
      case SUB -> Prims.neg(ct);
      case MUL -> Prims.mul(ct, a);
      case DIV -> Prims.neg(Prims.mul(ct, Prims.div(y, b)));
      case REM -> Prims.neg(Prims.mul(ct, truncated(Prims.div(a, b))));
      case POW -> {
        // the logarithm of 0 counts as 0, where the power is 0 anyway
        Tensor zero = Prims.eq(a, Prims.scalarLike(a, 0));
        Tensor base = Prims.select(zero, Prims.scalarLike(a, 1), a);
        yield Prims.mul(ct, Prims.mul(Prims.log(base), y));
      }
      case ATAN2 ->
        Prims.neg(Prims.mul(ct, Prims.div(a, Prims.add(Prims.square(a), Prims.square(b)))));
      case MAX -> winner(b, a, ct);
      case MIN -> winner(a, b, ct);
      case COMPLEX -> Prims.neg(of(UnaryKind.IMAG, ct));
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_ARITHMETIC, SHIFT_RIGHT_LOGICAL, NEXTAFTER -> null;
    };
  }

  private static Tensor truncated(Tensor q) {
    return Prims.mul(of(UnaryKind.SIGN, q), of(UnaryKind.FLOOR, Prims.abs(q)));
  }

  private static Tensor powSlope(Tensor a, Tensor b) {
    // an exponent of 0 gives slope 0 even at base 0
    Tensor zero = Prims.eq(b, Prims.scalarLike(b, 0));
    Tensor exponent = Prims.select(zero, Prims.scalarLike(b, 1), Prims.sub(b, 1));
    return Prims.select(zero, Prims.scalarLike(b, 0), Prims.mul(b, Prims.pow(a, exponent)));
  }

  /** The cotangent where {@code a > b}, half of it where both are equal. */
  private static Tensor winner(Tensor a, Tensor b, Tensor ct) {
    Tensor zero = Prims.scalarLike(ct, 0);
    Tensor tie = Prims.select(Prims.eq(a, b), Prims.mul(ct, 0.5), zero);
    return Prims.select(Prims.gt(a, b), ct, tie);
  }

  static List<@Nullable Tensor> select(Select p, Vjp.Site s) {
    Tensor zero = Prims.scalarLike(s.ct(), 0);
    return s.give(
        null,
        s.wants(1) ? Adjoint.unbroadcast(Prims.select(s.in(0), s.ct(), zero), s.in(1)) : null,
        s.wants(2) ? Adjoint.unbroadcast(Prims.select(s.in(0), zero, s.ct()), s.in(2)) : null);
  }

  static List<@Nullable Tensor> convert(Convert p, Vjp.Site s) {
    DType from = s.in(0).dtype();
    Tensor ct = s.ct();
    if (ct.dtype().isComplex() && !from.isComplex()) {
      ct = of(UnaryKind.REAL, ct);
    }
    return s.give(Prims.convert(ct, from));
  }

  static List<@Nullable Tensor> reducePrecision(ReducePrecision p, Vjp.Site s) {
    return s.give(Engine.bind1(p, s.ct())); // rounded as the value is
  }
}
