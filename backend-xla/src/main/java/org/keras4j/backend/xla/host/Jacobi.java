package org.keras4j.backend.xla.host;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Singular values and Hermitian eigenvalues, by rotations until nothing is left to rotate. */
final class Jacobi {
  private static final int SWEEPS = 60;
  private static final double EPSILON = 0x1p-52;

  private Jacobi() {}

  /** U, the singular values in descending order, and V. */
  record Singular(Matrix u, double[] values, Matrix v) {}

  /** Eigenvalues in ascending order, and eigenvectors as columns. */
  record Eigen(double[] values, Matrix vectors) {}

  static Singular svd(Matrix a, boolean full) {
    if (!a.isFinite()) {
      int k = Math.min(a.rows, a.columns);
      double[] nan = new double[k];
      java.util.Arrays.fill(nan, Double.NaN);
      return new Singular(
          new Matrix(a.rows, full ? a.rows : k).fill(Double.NaN),
          nan,
          new Matrix(a.columns, full ? a.columns : k).fill(Double.NaN));
    }
    if (a.rows < a.columns) {
      Singular t = svd(a.adjoint(), full);
      return new Singular(t.v, t.values, t.u);
    }
    Matrix w = a.copy();
    Matrix v = Matrix.identity(a.columns);
    int n = a.columns;
    boolean rotated = true;
    for (int sweep = 0; rotated && sweep < SWEEPS; sweep++) {
      rotated = false;
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          rotated |= orthogonalize(w, v, p, q);
        }
      }
    }
    double[] norms = new double[n];
    for (int j = 0; j < n; j++) {
      norms[j] = Math.sqrt(w.norm2(j, 0));
    }
    int[] order = IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> -norms[j]))
        .mapToInt(Integer::intValue)
        .toArray();
    double[] values = new double[n];
    Matrix u = new Matrix(a.rows, full ? a.rows : n);
    Matrix sorted = new Matrix(n, n);
    double least = n == 0 ? 0 : norms[order[0]] * EPSILON;
    int rank = 0;
    for (int j = 0; j < n; j++) {
      int from = order[j];
      values[j] = norms[from];
      copyColumn(v, from, sorted, j, 1);
      if (norms[from] > least) {
        copyColumn(w, from, u, j, 1 / norms[from]);
        rank = j + 1;
      }
    }
    complete(u, rank);
    return new Singular(u, values, sorted);
  }

  private static void copyColumn(Matrix from, int i, Matrix to, int j, double factor) {
    for (int r = 0; r < from.rows; r++) {
      int k = from.at(r, i);
      to.set(r, j, from.re[k] * factor, from.im[k] * factor);
    }
  }

  /** Rotates two columns so that they are orthogonal; whether they were not. */
  private static boolean orthogonalize(Matrix w, Matrix v, int p, int q) {
    int a = w.at(0, p);
    int b = w.at(0, q);
    double alpha = 0;
    double beta = 0;
    double gr = 0;
    double gi = 0;
    for (int i = 0; i < w.rows; i++) {
      double ar = w.re[a + i];
      double ai = w.im[a + i];
      double br = w.re[b + i];
      double bi = w.im[b + i];
      alpha += ar * ar + ai * ai;
      beta += br * br + bi * bi;
      gr += ar * br + ai * bi;
      gi += ar * bi - ai * br;
    }
    double g = Math.hypot(gr, gi);
    if (g == 0 || g <= EPSILON * Math.sqrt(alpha) * Math.sqrt(beta)) {
      return false;
    }
    double zeta = (beta - alpha) / (2 * g);
    double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
    double c = 1 / Math.sqrt(1 + t * t);
    rotate(w, p, q, c, c * t, gr / g, gi / g);
    rotate(v, p, q, c, c * t, gr / g, gi / g);
    return true;
  }

  // the second column is turned by the conjugate phase first, which makes their product real
  private static void rotate(
      Matrix m, int p, int q, double c, double s, double phaseRe, double phaseIm) {
    int a = m.at(0, p);
    int b = m.at(0, q);
    for (int i = 0; i < m.rows; i++) {
      double ar = m.re[a + i];
      double ai = m.im[a + i];
      double br = m.re[b + i] * phaseRe + m.im[b + i] * phaseIm;
      double bi = m.im[b + i] * phaseRe - m.re[b + i] * phaseIm;
      m.re[a + i] = c * ar - s * br;
      m.im[a + i] = c * ai - s * bi;
      m.re[b + i] = s * ar + c * br;
      m.im[b + i] = s * ai + c * bi;
    }
  }

  /** Fills the columns from {@code rank} on with unit vectors orthogonal to all before. */
  private static void complete(Matrix u, int rank) {
    int next = 0;
    for (int j = rank; j < u.columns; j++) {
      for (double left = 0; left < 0.5 / u.rows; next++) {
        for (int i = 0; i < u.rows; i++) {
          u.set(i, j, i == next ? 1 : 0, 0);
        }
        project(u, j);
        left = u.norm2(j, 0);
      }
      project(u, j);
      copyColumn(u, j, u, j, 1 / Math.sqrt(u.norm2(j, 0)));
    }
  }

  private static void project(Matrix u, int j) {
    int b = u.at(0, j);
    for (int k = 0; k < j; k++) {
      int a = u.at(0, k);
      double r = 0;
      double m = 0;
      for (int i = 0; i < u.rows; i++) {
        r += u.re[a + i] * u.re[b + i] + u.im[a + i] * u.im[b + i];
        m += u.re[a + i] * u.im[b + i] - u.im[a + i] * u.re[b + i];
      }
      for (int i = 0; i < u.rows; i++) {
        u.re[b + i] -= r * u.re[a + i] - m * u.im[a + i];
        u.im[b + i] -= r * u.im[a + i] + m * u.re[a + i];
      }
    }
  }

  /** Of the Hermitian matrix whose lower triangle is that of {@code lower}. */
  static Eigen eigh(Matrix lower) {
    int n = lower.rows;
    Matrix a = new Matrix(n, n);
    double total = 0;
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double r = lower.re[lower.at(i, j)];
        double m = i == j ? 0 : lower.im[lower.at(i, j)];
        a.set(i, j, r, m);
        a.set(j, i, r, -m);
        total += r * r + m * m;
      }
    }
    double[] values = new double[n];
    if (!a.isFinite()) {
      java.util.Arrays.fill(values, Double.NaN);
      return new Eigen(values, a.fill(Double.NaN));
    }
    Matrix v = Matrix.identity(n);
    double least = Math.sqrt(total) * EPSILON * 1e-3;
    boolean rotated = true;
    for (int sweep = 0; rotated && sweep < SWEEPS; sweep++) {
      rotated = false;
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          rotated |= annihilate(a, v, p, q, least);
        }
      }
    }
    int[] order = IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> a.re[a.at(j, j)]))
        .mapToInt(Integer::intValue)
        .toArray();
    Matrix vectors = new Matrix(n, n);
    for (int j = 0; j < n; j++) {
      values[j] = a.re[a.at(order[j], order[j])];
      copyColumn(v, order[j], vectors, j, 1);
    }
    return new Eigen(values, vectors);
  }

  private static boolean annihilate(Matrix a, Matrix v, int p, int q, double least) {
    double g = a.abs(p, q);
    if (g <= least) {
      return false;
    }
    int k = a.at(p, q);
    double phaseRe = a.re[k] / g;
    double phaseIm = a.im[k] / g;
    double zeta = (a.re[a.at(q, q)] - a.re[a.at(p, p)]) / (2 * g);
    double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
    double c = 1 / Math.sqrt(1 + t * t);
    double s = c * t;
    // a := J^H a J, first the columns, then the rows
    rotate(a, p, q, c, s, phaseRe, phaseIm);
    for (int j = 0; j < a.columns; j++) {
      int x = a.at(p, j);
      int y = a.at(q, j);
      double ar = a.re[x];
      double ai = a.im[x];
      double br = a.re[y] * phaseRe - a.im[y] * phaseIm;
      double bi = a.im[y] * phaseRe + a.re[y] * phaseIm;
      a.re[x] = c * ar - s * br;
      a.im[x] = c * ai - s * bi;
      a.re[y] = s * ar + c * br;
      a.im[y] = s * ai + c * bi;
    }
    a.set(p, q, 0, 0);
    a.set(q, p, 0, 0);
    a.im[a.at(p, p)] = 0;
    a.im[a.at(q, q)] = 0;
    rotate(v, p, q, c, s, phaseRe, phaseIm);
    return true;
  }
}
