package com.example.toy;

import java.util.Arrays;
import org.keras4j.core.primitive.TriangularSolve;

/** Factors of matrices in a fixed number of steps. */
final class Factorizations {
  private Factorizations() {}

  static Complex[][][] cholesky(Complex[][][] in) {
    Complex[][] a = in[0];
    int n = a.length;
    Complex[][] l = Matrices.zeros(n, n);
    for (int j = 0; j < n; j++) {
      double d = a[j][j].re();
      for (int k = 0; k < j; k++) {
        d -= l[j][k].squared();
      }
      if (!(d > 0)) {
        return new Complex[][][] {none(n)};
      }
      double root = Math.sqrt(d);
      l[j][j] = Complex.of(root);
      for (int i = j + 1; i < n; i++) {
        Complex v = a[i][j];
        for (int k = 0; k < j; k++) {
          v = v.minus(l[i][k].times(l[j][k].conjugate()));
        }
        l[i][j] = v.times(1 / root);
      }
    }
    return new Complex[][][] {l};
  }

  /** What a matrix that is not positive definite gets. */
  private static Complex[][] none(int n) {
    Complex[][] l = Matrices.zeros(n, n);
    for (int i = 0; i < n; i++) {
      Arrays.fill(l[i], 0, i + 1, Complex.of(Double.NaN));
    }
    return l;
  }

  static Complex[][][] triangularSolve(TriangularSolve p, Complex[][][] in) {
    Complex[][] a = in[0];
    int n = a.length;
    Complex[][] x = new Complex[n][];
    for (int k = 0; k < n; k++) {
      boolean down = p.lower() != p.transpose();
      int i = down ? k : n - 1 - k;
      x[i] = in[1][i].clone();
      for (int c = 0; c < x[i].length; c++) {
        for (int j = down ? 0 : i + 1; j < (down ? i : n); j++) {
          Complex f = p.transpose() ? a[j][i] : a[i][j];
          x[i][c] = x[i][c].minus(f.times(x[j][c]));
        }
        x[i][c] = p.unitDiagonal() ? x[i][c] : x[i][c].over(a[i][i]);
      }
    }
    return new Complex[][][] {x};
  }

  static Complex[][][] lu(Complex[][][] in) {
    Complex[][] a = in[0];
    int m = a.length;
    int n = m == 0 ? 0 : a[0].length;
    double[] pivots = new double[Math.min(m, n)];
    double[] order = new double[m];
    for (int i = 0; i < m; i++) {
      order[i] = i;
    }
    for (int k = 0; k < pivots.length; k++) {
      int best = k;
      for (int i = k + 1; i < m; i++) {
        best = a[i][k].abs() > a[best][k].abs() ? i : best;
      }
      pivots[k] = best;
      Complex[] row = a[k];
      a[k] = a[best];
      a[best] = row;
      double place = order[k];
      order[k] = order[best];
      order[best] = place;
      for (int i = k + 1; i < m && a[k][k].abs() != 0; i++) {
        a[i][k] = a[i][k].over(a[k][k]);
        for (int j = k + 1; j < n; j++) {
          a[i][j] = a[i][j].minus(a[i][k].times(a[k][j]));
        }
      }
    }
    return new Complex[][][] {a, Matrices.row(pivots), Matrices.row(order)};
  }

  /** By Householder's reflections. */
  static Complex[][][] qr(boolean full, Complex[][][] in) {
    Complex[][] r = in[0];
    int m = r.length;
    int n = m == 0 ? 0 : r[0].length;
    Complex[][] q = Matrices.identity(m);
    for (int k = 0; k < Math.min(m, n); k++) {
      double norm = 0;
      for (int i = k; i < m; i++) {
        norm = Math.hypot(norm, r[i][k].abs());
      }
      Complex alpha = r[k][k];
      if (norm == Math.abs(alpha.re()) && alpha.im() == 0) {
        continue; // nothing below
      }
      double beta = -Math.copySign(norm, alpha.re());
      Complex[] v = new Complex[m];
      Arrays.fill(v, Complex.ZERO);
      v[k] = Complex.ONE;
      for (int i = k + 1; i < m; i++) {
        v[i] = r[i][k].over(alpha.minus(Complex.of(beta)));
      }
      Complex tau = Complex.of(beta).minus(alpha).times(1 / beta);
      reflect(r, v, tau.conjugate());
      reflectRight(q, v, tau);
      for (int i = k + 1; i < m; i++) {
        r[i][k] = Complex.ZERO;
      }
    }
    int k = full ? m : Math.min(m, n);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < Math.min(i, n); j++) {
        r[i][j] = Complex.ZERO;
      }
    }
    return new Complex[][][] {Matrices.corner(q, m, k), Matrices.corner(r, k, n)};
  }

  /** {@code (1 - tau v v*) a}. */
  private static void reflect(Complex[][] a, Complex[] v, Complex tau) {
    for (int j = 0; j < a[0].length; j++) {
      Complex dot = Complex.ZERO;
      for (int i = 0; i < v.length; i++) {
        dot = dot.plus(v[i].conjugate().times(a[i][j]));
      }
      for (int i = 0; i < v.length; i++) {
        a[i][j] = a[i][j].minus(tau.times(v[i]).times(dot));
      }
    }
  }

  /** {@code a (1 - tau v v*)}. */
  private static void reflectRight(Complex[][] a, Complex[] v, Complex tau) {
    for (Complex[] row : a) {
      Complex dot = Complex.ZERO;
      for (int i = 0; i < v.length; i++) {
        dot = dot.plus(row[i].times(v[i]));
      }
      for (int i = 0; i < v.length; i++) {
        row[i] = row[i].minus(tau.times(dot).times(v[i].conjugate()));
      }
    }
  }
}
