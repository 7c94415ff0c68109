package com.example.toy;

/** Functions that {@link Math} has not, to nearly the precision of double. */
final class Special {
  private static final double[] LANCZOS = {
    0.99999999999980993,
    676.5203681218851,
    -1259.1392167224028,
    771.32342877765313,
    -176.61502916214059,
    12.507343278686905,
    -0.13857109526572012,
    9.9843695780195716e-6,
    1.5056327351493116e-7
  };

  private Special() {}

  static double asinh(double x) {
    double a = Math.abs(x);
    double y =
        a > 1e150 ? Math.log(a) + Math.log(2) : Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
    return Math.copySign(y, x);
  }

  static double acosh(double x) {
    double t = x - 1;
    return x > 1e150 ? Math.log(x) + Math.log(2) : Math.log1p(t + Math.sqrt(2 * t + t * t));
  }

  static double erf(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    return Math.abs(x) < 2 ? erfSeries(x) : Math.copySign(1 - erfcTail(Math.abs(x)), x);
  }

  static double erfc(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    return x < -2 ? 2 - erfcTail(-x) : x < 2 ? 1 - erfSeries(x) : erfcTail(x);
  }

  // 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, whose terms have one sign
  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  // the continued fraction of exp(x^2) erfc(x), from the far end
  private static double erfcTail(double x) {
    double f = 0;
    for (int n = 120; n > 0; n--) {
      f = n / 2.0 / (x + f);
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
  }

  static double erfInv(double y) {
    double a = Math.abs(y);
    if (!(a < 1)) {
      return a == 1 ? Math.copySign(Double.POSITIVE_INFINITY, y) : Double.NaN;
    }
    double w = Math.log1p(-a * a);
    double b = 2 / (Math.PI * 0.147) + w / 2;
    double x = Math.sqrt(Math.sqrt(b * b - w / 0.147) - b); // Winitzki's, to two digits
    for (int i = 0; i < 4; i++) {
      double error = a < 0.5 ? erf(x) - a : (1 - a) - erfc(x);
      x -= error * Math.sqrt(Math.PI) / 2 * Math.exp(x * x);
    }
    return Math.copySign(x, y);
  }

  static double lgamma(double x) {
    if (Double.isInfinite(x) || (x <= 0 && x == Math.floor(x))) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < 0.5) {
      return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
    }
    if (x > 1e7) {
      return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x);
    }
    double z = x - 1;
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (z + i);
    }
    double t = z + 7.5;
    return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
  }

  private static double sinPi(double x) {
    double r = x - 2 * Math.rint(x / 2); // within a period
    return Math.sin(Math.PI * r);
  }

  static double digamma(double x) {
    if (x == 0) {
      return Math.copySign(Double.POSITIVE_INFINITY, -x);
    }
    if (x < 0) {
      if (x == Math.floor(x)) {
        return Double.NaN;
      }
      double r = x - Math.rint(x);
      return digamma(1 - x) - Math.PI / Math.tan(Math.PI * r);
    }
    double shift = 0;
    double z = x;
    for (; z < 10; z++) {
      shift -= 1 / z;
    }
    double f = 1 / (z * z);
    return shift
        + Math.log(z)
        - 0.5 / z
        - f
            * (1.0 / 12
                - f
                    * (1.0 / 120
                        - f
                            * (1.0 / 252
                                - f
                                    * (1.0 / 240
                                        - f * (1.0 / 132 - f * (691.0 / 32760 - f / 12))))));
  }

  /** The modified Bessel function of an order of 0 or 1, times {@code exp(-|x|)}. */
  static double bessel(int order, double x) {
    double a = Math.abs(x);
    double y = a < 30 ? besselSeries(order, a) : besselTail(order, a);
    return order == 1 ? Math.copySign(y, x) : y;
  }

  private static double besselSeries(int order, double a) {
    double q = a * a / 4;
    double term = order == 0 ? 1 : a / 2;
    double sum = term;
    for (int k = 1; term > 1e-18 * sum; k++) {
      term *= q / k / (k + order);
      sum += term;
    }
    return Double.isNaN(a) ? a : Math.exp(-a) * sum;
  }

  private static double besselTail(int order, double a) {
    double term = 1;
    double sum = 1;
    for (int k = 1; k < 30; k++) {
      double m = 2 * k - 1;
      term *= -(4.0 * order * order - m * m) / (k * 8 * a);
      sum += term;
    }
    return Double.isInfinite(a) ? 0 : sum / Math.sqrt(2 * Math.PI * a);
  }
}
