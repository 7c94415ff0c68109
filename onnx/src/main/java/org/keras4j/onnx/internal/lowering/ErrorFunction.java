package org.keras4j.onnx.internal.lowering;

/**
 * {@code erfc} of doubles. With {@code t = 2 / (2 + |x|)} it is {@code t exp(-x^2 + p(4 t - 2))} of a number of at least 0,
 * {@code p} being a Chebyshev series.
 */
final class ErrorFunction {
  private static final int TERMS = 36;
  private static final double STEP = 1.0 / 64; // of the integral
  private static final double[] SERIES = series();

  private final OnnxOps o;

  ErrorFunction(OnnxOps ops) {
    this.o = ops;
  }

  // e^(x^2) erfc(x), as an integral of a smooth function that vanishes at both ends: the trapezoids
  // converge as fast as that
  private static double scaled(double x) {
    if (x == 0) {
      return 1;
    }
    double sum = 0;
    for (int i = 1; i < 8 / STEP; i++) {
      double u = i * STEP;
      sum += Math.exp(-u * u) / (u * u + x * x);
    }
    double integral = 2 * x * STEP / Math.PI * (sum + 0.5 / (x * x));
    // what the trapezoids add for the pole at ix
    return integral - 2 * Math.exp(x * x) / (Math.exp(2 * Math.PI * x / STEP) - 1);
  }

  private static double[] series() {
    double[] c = new double[TERMS];
    for (int k = 0; k < TERMS; k++) {
      double angle = Math.PI * (k + 0.5) / TERMS;
      double t = (Math.cos(angle) + 1) / 2;
      double x = 2 / t - 2;
      double f = x > 25 ? Math.log(far(x) / t) : Math.log(scaled(x) / t);
      for (int i = 0; i < TERMS; i++) {
        c[i] += f * Math.cos(i * angle) * (i == 0 ? 1 : 2) / TERMS;
      }
    }
    return c;
  }

  private static double far(double x) {
    double s = 1 / (2 * x * x);
    return (1 - s * (1 - 3 * s * (1 - 5 * s * (1 - 7 * s)))) / (x * Math.sqrt(Math.PI));
  }

  Term erfc(Term x) {
    Term a = o.unary("Abs", x);
    Term one = o.like(x, 1);
    Term t = o.div(o.like(x, 2), o.add(a, 2));
    Term u = o.add(o.mul(t, 2), -1);
    Term twice = o.add(u, u);
    Term b1 = o.like(x, SERIES[TERMS - 1]);
    Term b2 = o.like(x, 0);
    for (int i = TERMS - 2; i > 0; i--) {
      Term b0 = o.add(o.sub(o.mul(twice, b1), b2), SERIES[i]);
      b2 = b1;
      b1 = b0;
    }
    Term p = o.add(o.sub(o.mul(u, b1), b2), SERIES[0]);
    Term y = o.mul(t, o.unary("Exp", o.sub(p, o.mul(a, a))));
    Term below = o.compare("Less", x, o.like(x, 0));
    Term result = o.select(below, o.sub(o.add(one, one), y), y);
    Term infinite = o.compare("Equal", a, o.like(x, Double.POSITIVE_INFINITY));
    Term end = o.select(below, o.like(x, 2), o.like(x, 0));
    return o.select(infinite, end, result);
  }
}
