package org.keras4j.backend.xla.host;

import java.util.stream.IntStream;

/** LU and QR. */
final class Factorizations {
  private Factorizations() {}

  /** Factors in place, as LAPACK packs them; gives the pivot of each step. */
  static int[] lu(Matrix a) {
    int n = Math.min(a.rows, a.columns);
    int[] pivots = new int[n];
    for (int k = 0; k < n; k++) {
      int best = k;
      for (int i = k + 1; i < a.rows; i++) {
        if (size(a, i, k) > size(a, best, k)) {
          best = i;
        }
      }
      pivots[k] = best;
      a.swapRows(k, best);
      int p = a.at(k, k);
      double d = a.re[p] * a.re[p] + a.im[p] * a.im[p];
      if (d == 0) {
        continue; // singular: the column is clear already
      }
      double inverseRe = a.re[p] / d;
      double inverseIm = -a.im[p] / d;
      for (int i = k + 1; i < a.rows; i++) {
        int q = a.at(i, k);
        double r = a.re[q];
        a.re[q] = r * inverseRe - a.im[q] * inverseIm;
        a.im[q] = r * inverseIm + a.im[q] * inverseRe;
      }
      for (int j = k + 1; j < a.columns; j++) {
        double ur = a.re[a.at(k, j)];
        double ui = a.im[a.at(k, j)];
        for (int i = k + 1; i < a.rows; i++) {
          int l = a.at(i, k);
          int q = a.at(i, j);
          a.re[q] -= a.re[l] * ur - a.im[l] * ui;
          a.im[q] -= a.re[l] * ui + a.im[l] * ur;
        }
      }
    }
    return pivots;
  }

  private static double size(Matrix a, int i, int j) {
    return Math.abs(a.re[a.at(i, j)]) + Math.abs(a.im[a.at(i, j)]);
  }

  /** The rows in the order that the pivots' swaps give. */
  static int[] permutation(int[] pivots, int rows) {
    int[] p = IntStream.range(0, rows).toArray();
    for (int i = 0; i < pivots.length; i++) {
      int t = p[i];
      p[i] = p[pivots[i]];
      p[pivots[i]] = t;
    }
    return p;
  }

  /** {@code a} becomes R; gives the first {@code k} columns of Q. */
  static Matrix qr(Matrix a, int k) {
    int n = Math.min(a.rows, a.columns);
    Householder[] h = new Householder[n];
    for (int j = 0; j < n; j++) {
      h[j] = new Householder(a, j, j);
      h[j].applyLeft(a, j, true);
      for (int i = j + 1; i < a.rows; i++) {
        a.set(i, j, 0, 0);
      }
    }
    Matrix q = new Matrix(a.rows, k);
    for (int i = 0; i < k; i++) {
      q.set(i, i, 1, 0);
    }
    for (int j = n - 1; j >= 0; j--) {
      h[j].applyLeft(q, 0, false);
    }
    return q;
  }
}
