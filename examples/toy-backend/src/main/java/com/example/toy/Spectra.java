package com.example.toy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Singular values and eigenvalues, by rotations until nothing is left to rotate. */
final class Spectra {
  private static final int SWEEPS = 60;
  private static final double TINY = 1e-15;

  private Spectra() {}

  /** A rotation of two columns that makes them orthogonal, or a matrix diagonal there (Jacobi). */
  private record Rotation(double cos, double sin, Complex phase) {
    /** Of the Hermitian matrix {@code ((p, off), (off*, q))}. */
    static Rotation of(double p, double q, Complex off) {
      double theta = (q - p) / (2 * off.abs());
      double t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
      double cos = 1 / Math.hypot(t, 1);
      return new Rotation(cos, t * cos, off.conjugate().times(1 / off.abs()));
    }

    void columns(Complex[][] a, int p, int q) {
      for (Complex[] row : a) {
        Complex x = row[p];
        Complex y = row[q].times(phase);
        row[p] = x.times(cos).minus(y.times(sin));
        row[q] = x.times(sin).plus(y.times(cos));
      }
    }

    void rows(Complex[][] a, int p, int q) {
      for (int k = 0; k < a[p].length; k++) {
        Complex x = a[p][k];
        Complex y = a[q][k].times(phase.conjugate());
        a[p][k] = x.times(cos).minus(y.times(sin));
        a[q][k] = x.times(sin).plus(y.times(cos));
      }
    }
  }

  static Complex[][][] eigh(Complex[][][] in) {
    Complex[][] a = in[0];
    int n = a.length;
    for (int i = 0; i < n; i++) { // the lower triangle is read
      a[i][i] = Complex.of(a[i][i].re());
      for (int j = i + 1; j < n; j++) {
        a[i][j] = a[j][i].conjugate();
      }
    }
    Complex[][] v = Matrices.identity(n);
    boolean rotated = true;
    for (int sweep = 0; sweep < SWEEPS && rotated; sweep++) {
      rotated = false;
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          double off = a[p][q].abs();
          if (off > TINY * 1e-3 * (Math.abs(a[p][p].re()) + Math.abs(a[q][q].re()))
              && off > 1e-300) {
            Rotation r = Rotation.of(a[p][p].re(), a[q][q].re(), a[p][q]);
            r.columns(a, p, q);
            r.rows(a, p, q);
            r.columns(v, p, q);
            rotated = true;
          }
        }
      }
    }
    double[] values = IntStream.range(0, n).mapToDouble(i -> a[i][i].re()).toArray();
    int[] order = order(values, Comparator.naturalOrder());
    double[] sorted = IntStream.of(order).mapToDouble(i -> values[i]).toArray();
    Complex[][] vectors = columns(v, order);
    turn(vectors);
    return new Complex[][][] {Matrices.row(sorted), vectors};
  }

  /** Makes the last row real and positive, so that vectors of matrices that differ little differ little. */
  private static void turn(Complex[][] vectors) {
    int n = vectors.length;
    for (int j = 0; j < n; j++) {
      Complex last = vectors[n - 1][j];
      for (int i = 0; i < n && last.abs() > TINY; i++) {
        vectors[i][j] = vectors[i][j].times(last.conjugate().times(1 / last.abs()));
      }
    }
  }

  private static int[] order(double[] values, Comparator<Double> by) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparing(i -> values[i], by))
        .mapToInt(i -> i)
        .toArray();
  }

  private static Complex[][] columns(Complex[][] a, int[] which) {
    Complex[][] out = new Complex[a.length][which.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < which.length; j++) {
        out[i][j] = a[i][which[j]];
      }
    }
    return out;
  }

  static Complex[][][] svd(boolean full, Complex[][][] in) {
    Complex[][] a = in[0];
    int m = a.length;
    int n = m == 0 ? 0 : a[0].length;
    if (m < n) { // of the adjoint the factors change places
      Complex[][][] r = svd(full, new Complex[][][] {Matrices.adjoint(a, n)});
      return new Complex[][][] {
        Matrices.adjoint(r[2], m), r[1], Matrices.adjoint(r[0], full ? n : m)
      };
    }
    Complex[][] v = Matrices.identity(n);
    boolean rotated = true;
    for (int sweep = 0; sweep < SWEEPS && rotated; sweep++) {
      rotated = false;
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          double x = dot(a, p, p).re();
          double y = dot(a, q, q).re();
          Complex off = dot(a, p, q);
          if (off.abs() > TINY * Math.sqrt(x) * Math.sqrt(y) && off.abs() > 1e-300) {
            Rotation r = Rotation.of(x, y, off);
            r.columns(a, p, q);
            r.columns(v, p, q);
            rotated = true;
          }
        }
      }
    }
    double[] values =
        IntStream.range(0, n).mapToDouble(j -> Math.sqrt(dot(a, j, j).re())).toArray();
    int[] order = order(values, Comparator.reverseOrder());
    double[] sorted = IntStream.of(order).mapToDouble(i -> values[i]).toArray();
    Complex[][] u = basis(columns(a, order), full ? m : n);
    return new Complex[][][] {u, Matrices.row(sorted), Matrices.adjoint(columns(v, order), n)};
  }

  private static Complex dot(Complex[][] a, int p, int q) {
    Complex sum = Complex.ZERO;
    for (Complex[] row : a) {
      sum = sum.plus(row[p].conjugate().times(row[q]));
    }
    return sum;
  }

  /** The columns with length 1, and further ones at right angles to them. */
  private static Complex[][] basis(Complex[][] a, int count) {
    int m = a.length;
    int n = m == 0 ? 0 : a[0].length;
    double largest = n == 0 ? 0 : Math.sqrt(dot(a, 0, 0).re());
    Complex[][] u = Matrices.zeros(m, count);
    int axis = 0;
    for (int j = 0; j < count; j++) {
      double length = j < n ? Math.sqrt(dot(a, j, j).re()) : 0;
      if (Double.isNaN(length) || (length > TINY * largest && length > 0)) {
        for (int i = 0; i < m; i++) {
          u[i][j] = a[i][j].times(1 / length);
        }
        continue;
      }
      double left = 0;
      for (; left < 0.5 / Math.sqrt(m) && axis < m; axis++) {
        left = rest(u, j, count, n, a, axis);
      }
    }
    return u;
  }

  /** Makes column j of what of an axis is at right angles to the other columns; its length. */
  private static double rest(Complex[][] u, int j, int count, int n, Complex[][] a, int axis) {
    int m = u.length;
    Complex[] v = new Complex[m];
    Arrays.fill(v, Complex.ZERO);
    v[axis] = Complex.ONE;
    for (int pass = 0; pass < 2; pass++) { // the second mends what rounding left
      for (int k = 0; k < count; k++) {
        Complex dot = Complex.ZERO;
        for (int i = 0; i < m && k != j; i++) {
          dot = dot.plus(u[i][k].conjugate().times(v[i]));
        }
        for (int i = 0; i < m; i++) {
          v[i] = v[i].minus(dot.times(u[i][k]));
        }
      }
    }
    double length = 0;
    for (Complex c : v) {
      length = Math.hypot(length, c.abs());
    }
    for (int i = 0; i < m; i++) {
      u[i][j] = v[i].times(1 / length);
    }
    return length;
  }

  static Complex[][][] eig(Complex[][][] in) {
    Complex[][] t = in[0];
    int n = t.length;
    Complex[][] q = Matrices.identity(n);
    hessenberg(t, q);
    triangle(t, q);
    Complex[][] values = new Complex[1][n];
    Complex[][] vectors = Matrices.zeros(n, n);
    for (int k = 0; k < n; k++) {
      values[0][k] = t[k][k];
      Complex[] x = back(t, k);
      double length = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= k; j++) {
          vectors[i][k] = vectors[i][k].plus(q[i][j].times(x[j]));
        }
        length = Math.hypot(length, vectors[i][k].abs());
      }
      for (int i = 0; i < n; i++) {
        vectors[i][k] = vectors[i][k].times(1 / length);
      }
    }
    return new Complex[][][] {values, vectors};
  }

  /** Zeros below the first diagonal under the main one; {@code q} takes the rotations. */
  private static void hessenberg(Complex[][] a, Complex[][] q) {
    int n = a.length;
    for (int j = 0; j < n - 2; j++) {
      for (int i = n - 1; i > j + 1; i--) {
        if (a[i][j].abs() != 0) {
          givens(a, q, i - 1, a[i - 1][j], a[i][j], 0, n);
        }
      }
    }
  }

  /** Rotates rows i and i + 1 so that y under x becomes 0, and the columns back. */
  private static void givens(
      Complex[][] a, Complex[][] q, int i, Complex x, Complex y, int first, int rows) {
    double r = Math.hypot(x.abs(), y.abs());
    Complex c = x.times(1 / r);
    Complex s = y.times(1 / r);
    for (int k = first; k < a.length; k++) {
      Complex u = a[i][k];
      Complex v = a[i + 1][k];
      a[i][k] = c.conjugate().times(u).plus(s.conjugate().times(v));
      a[i + 1][k] = c.times(v).minus(s.times(u));
    }
    right(a, i, c, s, rows);
    right(q, i, c, s, q.length);
  }

  private static void right(Complex[][] a, int i, Complex c, Complex s, int rows) {
    for (int k = 0; k < rows; k++) {
      Complex u = a[k][i];
      Complex v = a[k][i + 1];
      a[k][i] = u.times(c).plus(v.times(s));
      a[k][i + 1] = v.times(c.conjugate()).minus(u.times(s.conjugate()));
    }
  }

  /** The QR algorithm with shifts, chasing a bulge down: {@code t} becomes triangular. */
  private static void triangle(Complex[][] t, Complex[][] q) {
    int high = t.length - 1;
    for (int step = 0; high > 0 && step < 100 * t.length; step++) {
      int low = high;
      while (low > 0
          && t[low][low - 1].abs() > TINY * (t[low][low].abs() + t[low - 1][low - 1].abs())) {
        low--;
      }
      if (low > 0) {
        t[low][low - 1] = Complex.ZERO;
      }
      if (low == high) {
        high--;
        continue;
      }
      Complex shift = step % 11 == 10 ? t[high][high - 1].plus(t[high][high]) : shift(t, high);
      Complex x = t[low][low].minus(shift);
      Complex y = t[low + 1][low];
      for (int i = low; i < high; i++) {
        if (y.abs() != 0) {
          givens(t, q, i, x, y, 0, t.length);
        }
        if (i + 2 <= high) {
          x = t[i + 1][i];
          y = t[i + 2][i];
        }
      }
    }
  }

  /** The eigenvalue of the last two rows and columns that is nearer to the last element. */
  private static Complex shift(Complex[][] t, int high) {
    Complex a = t[high - 1][high - 1];
    Complex d = t[high][high];
    Complex half = a.minus(d).times(0.5);
    Complex root =
        half.times(half).plus(t[high - 1][high].times(t[high][high - 1])).sqrt();
    Complex one = half.plus(root);
    Complex other = half.minus(root);
    return d.plus(one.abs() < other.abs() ? one : other);
  }

  /** The eigenvector of a triangular matrix for its element k. */
  private static Complex[] back(Complex[][] t, int k) {
    Complex[] x = new Complex[k + 1];
    x[k] = Complex.ONE;
    double scale = 0;
    for (Complex[] row : t) {
      for (Complex c : row) {
        scale = Math.max(scale, c.abs());
      }
    }
    for (int i = k - 1; i >= 0; i--) {
      Complex sum = Complex.ZERO;
      for (int j = i + 1; j <= k; j++) {
        sum = sum.plus(t[i][j].times(x[j]));
      }
      Complex gap = t[k][k].minus(t[i][i]);
      x[i] = sum.over(gap.abs() > TINY * scale ? gap : Complex.of(TINY * scale + 1e-300));
    }
    return x;
  }
}
