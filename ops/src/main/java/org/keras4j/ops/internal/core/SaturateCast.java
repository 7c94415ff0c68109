package org.keras4j.ops.internal.core;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Conversion that clips to the values which both dtypes have. */
final class SaturateCast {
  private SaturateCast() {}

  static Tensor to(Tensor x, DType to) {
    DType from = x.dtype();
    if (from == to) {
      return x;
    }
    if (from.isComplex()) {
      throw new IllegalArgumentException(
          "ops.saturate_cast: complex numbers have no range, got " + from + " to " + to);
    }
    // floats saturate as they become integers
    if (from.isBool() || to.isComplex() || (from.isFloat() && to.isInteger() && to.size() <= 4)) {
      return Prims.convert(x, to);
    }
    BigDecimal low = lowest(from).max(lowest(to));
    BigDecimal high = highest(from).min(highest(to));
    Tensor clipped = Prims.min(Prims.max(x, limit(from, low, false)), limit(from, high, true));
    Tensor converted = Prims.convert(clipped, to);
    double top = NDArray.scalar(from, high.doubleValue()).getDouble(0);
    if (!from.isFloat() || to.isFloat() || new BigDecimal(top).compareTo(high) <= 0) {
      return converted;
    }
    // the largest integer is no float, and what is beyond it still becomes it
    Tensor beyond = Prims.ge(x, Prims.scalarLike(x, top));
    return Prims.select(beyond, Engine.constant(integer(to, high.toBigInteger())), converted);
  }

  /** A bound as a value of the dtype that lies within. */
  private static Tensor limit(DType d, BigDecimal bound, boolean upper) {
    if (!d.isFloat()) {
      return Engine.constant(integer(d, bound.toBigInteger()));
    }
    NDArray a = NDArray.scalar(d, bound.doubleValue());
    double ulp = Math.max(Math.ulp(bound.doubleValue()), Math.abs(bound.doubleValue()) * 0x1p-12);
    double v = bound.doubleValue();
    // rounding to the dtype may have left the range: step back until it has not
    while (Double.isInfinite(a.getDouble(0))
        || (upper
            ? new BigDecimal(a.getDouble(0)).compareTo(bound) > 0
            : new BigDecimal(a.getDouble(0)).compareTo(bound) < 0)) {
      v = nearerToZero(d, a.getDouble(0), v, ulp);
      a = NDArray.scalar(d, v);
    }
    return Engine.constant(a);
  }

  private static double nearerToZero(DType d, double rounded, double v, double ulp) {
    if (Double.isInfinite(rounded)) {
      return v - Math.signum(v) * ulp;
    }
    // one step of the dtype's precision, from the power of two at which the value lies
    double step = Math.scalb(1.0, Math.getExponent(rounded) - bits(d));
    return rounded - Math.signum(rounded) * step;
  }

  /** Bits of precision after the leading one. */
  private static int bits(DType d) {
    return switch (d) {
      case FLOAT64 -> 53;
      case FLOAT32 -> 24;
      case FLOAT16 -> 11;
      case BFLOAT16 -> 8;
      case FLOAT8_E4M3FN -> 4;
      default -> 3;
    };
  }

  private static NDArray integer(DType d, BigInteger v) {
    return NDArray.scalar(d, v.longValue());
  }

  private static BigDecimal highest(DType d) {
    if (d.isBool()) {
      return BigDecimal.ONE;
    }
    if (d.isFloat()) {
      return new BigDecimal(
          switch (d) {
            case FLOAT16 -> 65504.0;
            case BFLOAT16 -> 0x1.FEp127;
            case FLOAT32 -> Float.MAX_VALUE;
            case FLOAT8_E4M3FN -> 448.0;
            case FLOAT8_E5M2 -> 57344.0;
            default -> Double.MAX_VALUE;
          });
    }
    return new BigDecimal(BigInteger.ONE.shiftLeft(d.bits() - (d.isSigned() ? 1 : 0)))
        .subtract(BigDecimal.ONE);
  }

  private static BigDecimal lowest(DType d) {
    if (d.isFloat()) {
      return highest(d).negate();
    }
    return d.isSigned()
        ? new BigDecimal(BigInteger.ONE.shiftLeft(d.bits() - 1)).negate()
        : BigDecimal.ZERO;
  }
}
