package org.keras4j.backend.xla.host;

/** Reflections that clear a column below one element, as LAPACK makes them. */
final class Householder {
  /** The vector with a leading 1, from row {@code from} on. */
  private final double[] re;

  private final double[] im;
  private final int from;
  private double tauRe;
  private double tauIm;

  /** For {@code column} of {@code a}, from row {@code from} down; the column is not changed. */
  Householder(Matrix a, int column, int from) {
    int n = a.rows - from;
    this.from = from;
    this.re = new double[n];
    this.im = new double[n];
    re[0] = 1;
    int head = a.at(from, column);
    double alphaRe = a.re[head];
    double alphaIm = a.im[head];
    double tail = Math.sqrt(a.norm2(column, from + 1));
    if (tail == 0 && alphaIm == 0) {
      return; // nothing to clear: the identity
    }
    double norm = Math.hypot(Math.hypot(alphaRe, alphaIm), tail);
    double beta = alphaRe >= 0 ? -norm : norm;
    tauRe = (beta - alphaRe) / beta;
    tauIm = -alphaIm / beta;
    double dRe = alphaRe - beta;
    double d = dRe * dRe + alphaIm * alphaIm;
    for (int i = 1; i < n; i++) {
      double r = a.re[head + i];
      double m = a.im[head + i];
      re[i] = (r * dRe + m * alphaIm) / d;
      im[i] = (m * dRe - r * alphaIm) / d;
    }
  }

  /** {@code a := H^H a}, which clears the column it was made of, or {@code a := H a}. */
  void applyLeft(Matrix a, int firstColumn, boolean adjoint) {
    double ti = adjoint ? -tauIm : tauIm;
    for (int j = firstColumn; j < a.columns; j++) {
      int k = a.at(from, j);
      double sr = 0;
      double si = 0;
      for (int i = 0; i < re.length; i++) {
        sr += re[i] * a.re[k + i] + im[i] * a.im[k + i];
        si += re[i] * a.im[k + i] - im[i] * a.re[k + i];
      }
      double wr = tauRe * sr - ti * si;
      double wi = tauRe * si + ti * sr;
      for (int i = 0; i < re.length; i++) {
        a.re[k + i] -= wr * re[i] - wi * im[i];
        a.im[k + i] -= wr * im[i] + wi * re[i];
      }
    }
  }

  /** {@code a := a H}. */
  void applyRight(Matrix a) {
    for (int row = 0; row < a.rows; row++) {
      double sr = 0;
      double si = 0;
      for (int i = 0; i < re.length; i++) {
        int k = a.at(row, from + i);
        sr += a.re[k] * re[i] - a.im[k] * im[i];
        si += a.re[k] * im[i] + a.im[k] * re[i];
      }
      double wr = tauRe * sr - tauIm * si;
      double wi = tauRe * si + tauIm * sr;
      for (int i = 0; i < re.length; i++) {
        int k = a.at(row, from + i);
        a.re[k] -= wr * re[i] + wi * im[i];
        a.im[k] -= wi * re[i] - wr * im[i];
      }
    }
  }
}
