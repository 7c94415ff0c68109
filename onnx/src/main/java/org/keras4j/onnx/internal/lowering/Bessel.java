package org.keras4j.onnx.internal.lowering;

import org.keras4j.core.DType;

/**
 * {@code exp(-|x|) I0(x)} and {@code exp(-|x|) I1(x)} by two Chebyshev series each: in {@code |x| / 4 - 1} up to 8, and
 * beyond, times {@code sqrt(|x|)}, in {@code 16 / |x| - 1}.
 */
final class Bessel {
  private static final int POINTS = 4096; // of the integral
  private static final int TERMS = 30;

  private final OnnxOps o;

  Bessel(OnnxOps ops) {
    this.o = ops;
  }

  /** {@code 1 / pi} times the integral of {@code e^(x (cos t - 1)) cos(n t)} from 0 to pi. */
  private static double value(int n, double x) {
    double sum = 0;
    for (int i = 0; i <= POINTS; i++) {
      double t = Math.PI * i / POINTS;
      double f = Math.exp(x * (Math.cos(t) - 1)) * Math.cos(n * t);
      sum += i == 0 || i == POINTS ? f / 2 : f;
    }
    return sum / POINTS;
  }

  private static double[] coefficients(int n, boolean far) {
    double[] c = new double[TERMS];
    for (int k = 0; k < TERMS; k++) {
      double angle = Math.PI * (k + 0.5) / TERMS;
      double t = Math.cos(angle);
      double x = far ? 16 / (t + 1) : 4 * (t + 1);
      double f = value(n, x) * (far ? Math.sqrt(x) : 1);
      for (int i = 0; i < TERMS; i++) {
        c[i] += f * Math.cos(i * angle) * (i == 0 ? 1 : 2) / TERMS;
      }
    }
    return c;
  }

  private Term scaled(int n, Term x) {
    Term a = o.unary("Abs", x);
    Term near = series(coefficients(n, false), o.add(o.mul(a, 0.25), -1));
    Term big = o.max(a, o.like(x, 8)); // kept away from 0, where the other series counts
    Term far = series(coefficients(n, true), o.add(o.div(o.like(x, 16), big), -1));
    far = o.div(far, o.unary("Sqrt", big));
    return o.select(o.compare("LessOrEqual", a, o.like(x, 8)), near, far);
  }

  Term i0e(Term x) {
    return scaled(0, x);
  }

  Term i1e(Term x) {
    Term y = scaled(1, x);
    return o.select(o.compare("Less", x, o.like(x, 0)), o.neg(y), y);
  }

  // Clenshaw's recurrence; terms that float32 cannot see are left out
  private Term series(double[] c, Term t) {
    double least = t.dtype() == DType.FLOAT32 ? 1e-9 : 1e-17;
    int n = c.length;
    while (Math.abs(c[n - 1]) < least) {
      n--;
    }
    Term twice = o.add(t, t);
    Term b1 = o.like(t, c[n - 1]);
    Term b2 = o.like(t, 0);
    for (int i = n - 2; i > 0; i--) {
      Term b0 = o.add(o.sub(o.mul(twice, b1), b2), c[i]);
      b2 = b1;
      b1 = b0;
    }
    return o.add(o.sub(o.mul(t, b1), b2), c[0]);
  }
}
