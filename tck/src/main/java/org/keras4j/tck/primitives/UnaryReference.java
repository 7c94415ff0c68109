package org.keras4j.tck.primitives;

import org.keras4j.core.primitive.UnaryKind;

/** The unary functions in double precision, by slow and simple means. */
final class UnaryReference {
  private UnaryReference() {}

  static double of(UnaryKind kind, double x) {
    return switch (kind) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND_EVEN -> Math.rint(x);
      case EXP -> Math.exp(x);
      case EXPM1 -> Math.expm1(x);
      case LOG -> Math.log(x);
      case LOG1P -> Math.log1p(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TAN -> Math.tan(x);
      case ASIN -> Math.asin(x);
      case ACOS -> Math.acos(x);
      case ATAN -> Math.atan(x);
      case SINH -> Math.sinh(x);
      case COSH -> Math.cosh(x);
      case ASINH -> Math.copySign(Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), x);
      case ACOSH -> Math.log(x + Math.sqrt(x * x - 1));
      case ATANH -> 0.5 * Math.log((1 + x) / (1 - x));
      case TANH -> Math.tanh(x);
      case LOGISTIC -> 1 / (1 + Math.exp(-x));
      case ERF -> erf(x);
      case ERFC -> erfc(x);
      case ERF_INV -> erfInv(x);
      case LGAMMA -> lgamma(x);
      case DIGAMMA -> digamma(x);
      case BESSEL_I0E -> bessel(0, x);
      case BESSEL_I1E -> bessel(1, x);
      default -> throw new IllegalArgumentException(kind.toString());
    };
  }

  private static double erf(double x) {
    if (Math.abs(x) > 3) {
      return Math.copySign(1 - erfc(Math.abs(x)), x);
    }
    double sum = 0;
    double term = x;
    for (int n = 0; n < 100; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static double erfc(double x) {
    if (x < 2) {
      return 1 - erf(x);
    }
    double f = 0; // a continued fraction from its far end
    for (int n = 200; n > 0; n--) {
      f = n / 2.0 / (x + f);
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
  }

  private static double erfInv(double y) {
    if (Math.abs(y) > 1) {
      return Double.NaN;
    }
    double low = -6;
    double high = 6;
    for (int i = 0; i < 200; i++) {
      double mid = (low + high) / 2;
      if (erf(mid) < y) {
        low = mid;
      } else {
        high = mid;
      }
    }
    return low;
  }

  private static double lgamma(double x) {
    if (x <= 0 && x == Math.rint(x)) {
      return Double.POSITIVE_INFINITY;
    }
    double shift = 0;
    while (x < 20) {
      shift += Math.log(Math.abs(x));
      x++;
    }
    double z = 1 / (x * x);
    double series = (1 / 12. - z * (1 / 360. - z * (1 / 1260. - z / 1680))) / x;
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }

  private static double digamma(double x) {
    if (x <= 0 && x == Math.rint(x)) {
      return Double.NaN;
    }
    double shift = 0;
    while (x < 20) {
      shift += 1 / x;
      x++;
    }
    double z = 1 / (x * x);
    return Math.log(x)
        - 0.5 / x
        - z * (1 / 12. - z * (1 / 120. - z * (1 / 252. - z / 240)))
        - shift;
  }

  // the integral over the angle, by the trapezoidal rule, which is exact for periodic functions
  private static double bessel(int order, double x) {
    int n = 400;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double t = 2 * Math.PI * i / n;
      sum += Math.exp(x * Math.cos(t) - Math.abs(x)) * (order == 0 ? 1 : Math.cos(t));
    }
    return sum / n;
  }
}
