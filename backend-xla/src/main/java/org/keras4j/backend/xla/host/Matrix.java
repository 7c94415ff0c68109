package org.keras4j.backend.xla.host;

/** A complex matrix in double precision; column by column, so that columns are contiguous. */
final class Matrix {
  final int rows;
  final int columns;
  final double[] re;
  final double[] im;

  Matrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.re = new double[Math.multiplyExact(rows, columns)];
    this.im = new double[re.length];
  }

  static Matrix identity(int n) {
    Matrix m = new Matrix(n, n);
    for (int i = 0; i < n; i++) {
      m.re[i * n + i] = 1;
    }
    return m;
  }

  int at(int row, int column) {
    return column * rows + row;
  }

  void set(int row, int column, double r, double i) {
    int k = at(row, column);
    re[k] = r;
    im[k] = i;
  }

  double abs(int row, int column) {
    int k = at(row, column);
    return Math.hypot(re[k], im[k]);
  }

  Matrix copy() {
    Matrix m = new Matrix(rows, columns);
    System.arraycopy(re, 0, m.re, 0, re.length);
    System.arraycopy(im, 0, m.im, 0, im.length);
    return m;
  }

  /** The conjugate transpose. */
  Matrix adjoint() {
    Matrix m = new Matrix(columns, rows);
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        m.set(j, i, re[at(i, j)], -im[at(i, j)]);
      }
    }
    return m;
  }

  void swapRows(int a, int b) {
    for (int j = 0; j < columns && a != b; j++) {
      int p = at(a, j);
      int q = at(b, j);
      double r = re[p];
      double i = im[p];
      re[p] = re[q];
      im[p] = im[q];
      re[q] = r;
      im[q] = i;
    }
  }

  boolean isFinite() {
    for (int i = 0; i < re.length; i++) {
      if (!Double.isFinite(re[i]) || !Double.isFinite(im[i])) {
        return false;
      }
    }
    return true;
  }

  Matrix fill(double v) {
    java.util.Arrays.fill(re, v);
    return this;
  }

  /** The squared length of a part of a column. */
  double norm2(int column, int from) {
    double s = 0;
    for (int i = from; i < rows; i++) {
      int k = at(i, column);
      s += re[k] * re[k] + im[k] * im[k];
    }
    return s;
  }
}
