package org.keras4j.ops.internal.random;

/**
 * The quantiles of the normal distribution over the odd integers of {@link QuantileTable}, each divided by
 * its integer: so they are as exact near 0 as elsewhere. Of a distribution that is cut off, those of what
 * is left.
 */
final class NormalQuantile implements QuantileTable.Curve {
  // from here on the tail's fraction converges faster than the middle's sum
  private static final double TAIL = 2.5;
  private static final double ROOT = StrictMath.sqrt(2 * StrictMath.PI);

  private final double within;
  private final double largest;
  private double z;

  /**
   * Quantiles.
   *
   * @param within which part of the distribution is left, 1 for all of it
   * @param bits of the integers
   */
  NormalQuantile(double within, int bits) {
    this.within = within;
    this.largest = Math.scalb(1.0, bits);
  }

  @Override
  public double[] series(double y, int n) {
    solve(within * (1 - y), (1 - within + within * y) / 2);
    double[] c = ofArea(n);
    double scale = 1;
    double[] out = new double[n];
    for (int i = 0; i < n; i++, scale *= -within) {
      // divided by 1 - y
      out[i] = (c[i] * scale + (i == 0 ? 0 : out[i - 1])) / (1 - y);
    }
    for (int i = 0; i < n; i++) {
      out[i] /= largest;
    }
    return out;
  }

  // the series of z by the area between -z and z: its n-th derivative is a polynomial of z times
  // the n-th
  // power of the first
  private double[] ofArea(int n) {
    double[] out = new double[n];
    out[0] = z;
    double first = ROOT / 2 * StrictMath.exp(z * z / 2);
    double factor = 1;
    double[] p = new double[n + 1];
    p[0] = 1;
    for (int i = 1; i < n; i++) {
      factor *= first / i;
      double value = 0;
      for (int k = n; k >= 0; k--) {
        value = value * z + p[k];
      }
      out[i] = value * factor;
      double[] next = new double[n + 1];
      for (int k = 0; k < n; k++) {
        next[k] += (k + 1) * p[k + 1];
        next[k + 1] += i * p[k];
      }
      p = next;
    }
    return out;
  }

  // Halley's iteration, from the last solution
  private void solve(double middle, double tail) {
    for (int i = 0; i < 50; i++) {
      double density = StrictMath.exp(-z * z / 2) / ROOT;
      double off = z < TAIL ? (middle(z) - middle) / 2 : tail - tail(z);
      double e = off / density;
      double step = e / (1 + z * e / 2);
      z -= step;
      if (Math.abs(step) <= 1e-15 * z) {
        return;
      }
    }
  }

  // the area between -z and z
  private static double middle(double z) {
    double term = z;
    double sum = z;
    for (int i = 3; term > 1e-18 * sum; i += 2) {
      term *= z * z / i;
      sum += term;
    }
    return 2 / ROOT * StrictMath.exp(-z * z / 2) * sum;
  }

  // the area beyond z, by Laplace's continued fraction
  private static double tail(double z) {
    double f = z;
    for (int i = 80; i > 0; i--) {
      f = z + i / f;
    }
    return StrictMath.exp(-z * z / 2) / ROOT / f;
  }
}
