package org.keras4j.backend.xla.host;

/** Eigenvalues and eigenvectors of general matrices, by the shifted QR iteration. */
final class Schur {
  private static final double EPSILON = 0x1p-52;
  private static final int ITERATIONS = 60;

  private final Matrix t;
  private final Matrix z;
  private final int n;

  /** Eigenvalues on {@code values}' diagonal order, and unit eigenvectors as columns. */
  record Eigen(double[] re, double[] im, Matrix vectors) {}

  private Schur(Matrix a) {
    this.t = a;
    this.n = a.rows;
    this.z = Matrix.identity(n);
  }

  static Eigen eig(Matrix a) {
    int n = a.rows;
    if (!a.isFinite()) {
      double[] nan = new double[n];
      java.util.Arrays.fill(nan, Double.NaN);
      return new Eigen(nan, nan.clone(), new Matrix(n, n).fill(Double.NaN));
    }
    Schur s = new Schur(a.copy());
    s.hessenberg();
    s.iterate();
    return s.vectors();
  }

  private void hessenberg() {
    for (int k = 0; k < n - 2; k++) {
      Householder h = new Householder(t, k, k + 1);
      h.applyLeft(t, k, true);
      h.applyRight(t);
      h.applyRight(z);
      for (int i = k + 2; i < n; i++) {
        t.set(i, k, 0, 0);
      }
    }
  }

  private void iterate() {
    int high = n - 1;
    int count = 0;
    while (high > 0) {
      int low = high;
      while (low > 0) {
        double near = t.abs(low, low) + t.abs(low - 1, low - 1);
        if (t.abs(low, low - 1) <= EPSILON * (near == 0 ? 1 : near)) {
          t.set(low, low - 1, 0, 0);
          break;
        }
        low--;
      }
      if (low == high) {
        high--;
        count = 0;
      } else if (++count > ITERATIONS) {
        throw new ArithmeticException("eig: the QR iteration did not converge");
      } else {
        step(low, high, count % 10 == 0);
      }
    }
  }

  /** One QR step on the active block. */
  private void step(int low, int high, boolean exceptional) {
    double[] shift = exceptional
        ? new double[] {t.abs(high, high - 1) + t.re[t.at(high, high)], 0}
        : wilkinson(high);
    for (int i = low; i <= high; i++) {
      int k = t.at(i, i);
      t.re[k] -= shift[0];
      t.im[k] -= shift[1];
    }
    int m = high - low;
    double[] c = new double[m];
    double[] sr = new double[m];
    double[] si = new double[m];
    for (int i = low; i < high; i++) {
      int p = t.at(i, i);
      int q = t.at(i + 1, i);
      double a = Math.hypot(t.re[p], t.im[p]);
      double b = Math.hypot(t.re[q], t.im[q]);
      double r = Math.hypot(a, b);
      int k = i - low;
      if (r == 0) {
        c[k] = 1;
        continue;
      }
      // [c, s; -conj(s), c] clears the second element, with c real
      double pr = a == 0 ? 1 : t.re[p] / a;
      double pi = a == 0 ? 0 : t.im[p] / a;
      c[k] = a / r;
      sr[k] = (pr * t.re[q] + pi * t.im[q]) / r;
      si[k] = (pi * t.re[q] - pr * t.im[q]) / r;
      rows(i, c[k], sr[k], si[k]);
    }
    for (int i = low; i < high; i++) {
      int k = i - low;
      columns(t, i, Math.min(i + 2, high + 1), c[k], sr[k], si[k]);
      columns(z, i, n, c[k], sr[k], si[k]);
    }
    for (int i = low; i <= high; i++) {
      int k = t.at(i, i);
      t.re[k] += shift[0];
      t.im[k] += shift[1];
    }
    // the shift was taken from the block's diagonal only, which is all that the similarity needs
    // there
  }

  private void rows(int i, double c, double sr, double si) {
    for (int j = i; j < n; j++) {
      int p = t.at(i, j);
      int q = t.at(i + 1, j);
      double ar = t.re[p];
      double ai = t.im[p];
      double br = t.re[q];
      double bi = t.im[q];
      t.re[p] = c * ar + sr * br - si * bi;
      t.im[p] = c * ai + sr * bi + si * br;
      t.re[q] = c * br - sr * ar - si * ai;
      t.im[q] = c * bi - sr * ai + si * ar;
    }
  }

  private static void columns(Matrix m, int i, int rows, double c, double sr, double si) {
    for (int r = 0; r < rows; r++) {
      int p = m.at(r, i);
      int q = m.at(r, i + 1);
      double ar = m.re[p];
      double ai = m.im[p];
      double br = m.re[q];
      double bi = m.im[q];
      m.re[p] = c * ar + sr * br + si * bi;
      m.im[p] = c * ai + sr * bi - si * br;
      m.re[q] = c * br - sr * ar + si * ai;
      m.im[q] = c * bi - sr * ai - si * ar;
    }
  }

  /** The eigenvalue of the last two rows and columns that is closer to the last element. */
  private double[] wilkinson(int high) {
    int a = t.at(high - 1, high - 1);
    int b = t.at(high - 1, high);
    int c = t.at(high, high - 1);
    int d = t.at(high, high);
    double hr = (t.re[a] - t.re[d]) / 2;
    double hi = (t.im[a] - t.im[d]) / 2;
    double pr = t.re[b] * t.re[c] - t.im[b] * t.im[c];
    double pi = t.re[b] * t.im[c] + t.im[b] * t.re[c];
    double[] root = sqrt(hr * hr - hi * hi + pr, 2 * hr * hi + pi);
    if (hr * root[0] + hi * root[1] < 0) {
      root[0] = -root[0];
      root[1] = -root[1];
    }
    double sr = hr + root[0];
    double si = hi + root[1];
    double s = sr * sr + si * si;
    if (s == 0) {
      return new double[] {t.re[d], t.im[d]};
    }
    return new double[] {t.re[d] - (pr * sr + pi * si) / s, t.im[d] - (pi * sr - pr * si) / s};
  }

  private static double[] sqrt(double r, double i) {
    double m = Math.hypot(r, i);
    double x = Math.sqrt((m + Math.abs(r)) / 2);
    if (x == 0) {
      return new double[2];
    }
    double y = i / (2 * x);
    return r >= 0 ? new double[] {x, y} : new double[] {Math.abs(y), Math.copySign(x, i)};
  }

  private Eigen vectors() {
    double[] re = new double[n];
    double[] im = new double[n];
    double scale = 0;
    for (double v : t.re) {
      scale = Math.max(scale, Math.abs(v));
    }
    double least = Math.max(scale * EPSILON, Double.MIN_NORMAL);
    Matrix out = new Matrix(n, n);
    for (int k = 0; k < n; k++) {
      re[k] = t.re[t.at(k, k)];
      im[k] = t.im[t.at(k, k)];
      double[] xr = new double[n];
      double[] xi = new double[n];
      xr[k] = 1;
      for (int i = k - 1; i >= 0; i--) {
        double sr = 0;
        double si = 0;
        for (int j = i + 1; j <= k; j++) {
          int q = t.at(i, j);
          sr -= t.re[q] * xr[j] - t.im[q] * xi[j];
          si -= t.re[q] * xi[j] + t.im[q] * xr[j];
        }
        double dr = t.re[t.at(i, i)] - re[k];
        double di = t.im[t.at(i, i)] - im[k];
        if (Math.hypot(dr, di) < least) {
          dr = least; // equal eigenvalues: as if they were apart by a rounding error
          di = 0;
        }
        double d = dr * dr + di * di;
        xr[i] = (sr * dr + si * di) / d;
        xi[i] = (si * dr - sr * di) / d;
      }
      unit(out, k, xr, xi);
    }
    return new Eigen(re, im, out);
  }

  /** {@code z x}, of length 1 and with a real largest element. */
  private void unit(Matrix out, int k, double[] xr, double[] xi) {
    double norm = 0;
    double most = -1;
    double pr = 1;
    double pi = 0;
    for (int i = 0; i < n; i++) {
      double r = 0;
      double m = 0;
      for (int j = 0; j <= k; j++) {
        int q = z.at(i, j);
        r += z.re[q] * xr[j] - z.im[q] * xi[j];
        m += z.re[q] * xi[j] + z.im[q] * xr[j];
      }
      out.set(i, k, r, m);
      double size = r * r + m * m;
      norm += size;
      if (size > most * (1 + 1e-12)) {
        most = size;
        pr = r;
        pi = m;
      }
    }
    double scale = Math.sqrt(norm) * Math.hypot(pr, pi);
    for (int i = 0; i < n && scale > 0; i++) {
      int q = out.at(i, k);
      double r = out.re[q];
      double m = out.im[q];
      out.set(i, k, (r * pr + m * pi) / scale, (m * pr - r * pi) / scale);
    }
  }
}
