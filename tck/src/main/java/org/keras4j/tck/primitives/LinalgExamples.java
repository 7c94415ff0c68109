package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.TriangularSolve;

final class LinalgExamples {
  private LinalgExamples() {}

  static void add(Primitives to) {
    to.on("fourier of 4", () -> fourier(4));
    to.on("fourier of 5", () -> fourier(5));
    to.on("fourier of 12", () -> fourier(12));
    to.on("generalEigenvalues of float32 6", () -> generalEigenvalues("float32", 6));
    to.on("generalEigenvalues of float64 9", () -> generalEigenvalues("float64", 9));
    to.on("generalEigenvalues of complex128 5", () -> generalEigenvalues("complex128", 5));
    to.on("generalEigenvalues of float64 1", () -> generalEigenvalues("float64", 1));
    to.on("generalEigenvalues of float64 2", () -> generalEigenvalues("float64", 2));
    to.on("symmetricEigenvalues of float32 5", () -> symmetricEigenvalues("float32", 5));
    to.on("symmetricEigenvalues of float64 8", () -> symmetricEigenvalues("float64", 8));
    to.on("symmetricEigenvalues of complex128 4", () -> symmetricEigenvalues("complex128", 4));
    to.on("symmetricEigenvalues of float64 1", () -> symmetricEigenvalues("float64", 1));
    to.on("factorizations of float32 4 4", () -> factorizations("float32", 4, 4));
    to.on("factorizations of float32 5 3", () -> factorizations("float32", 5, 3));
    to.on("factorizations of float64 3 5", () -> factorizations("float64", 3, 5));
    to.on("factorizations of complex128 4 4", () -> factorizations("complex128", 4, 4));
    to.on("factorizations of complex64 5 2", () -> factorizations("complex64", 5, 2));
    to.on("factorizations of float64 1 1", () -> factorizations("float64", 1, 1));
    to.on("svdOfLowRank", LinalgExamples::svdOfLowRank);
    to.on("eigenvaluesOfRotation", LinalgExamples::eigenvaluesOfRotation);
    to.on("choleskyAndSolve", LinalgExamples::choleskyAndSolve);
  }

  /** A pair of real matrices standing for a complex one, in row order. */
  private record M(int rows, int columns, double[] re, double[] im) {
    static M of(NDArray a, int batch, int rows, int columns) {
      double[] re = new double[rows * columns];
      double[] im = new double[rows * columns];
      for (int i = 0; i < re.length; i++) {
        re[i] = a.getDouble(batch * re.length + i);
        im[i] = a.dtype().isComplex() ? a.getImaginary(batch * re.length + i) : 0;
      }
      return new M(rows, columns, re, im);
    }

    static M diagonal(NDArray v, int batch, int n, int rows, int columns) {
      M m = new M(rows, columns, new double[rows * columns], new double[rows * columns]);
      for (int i = 0; i < n; i++) {
        m.re[i * columns + i] = v.getDouble(batch * n + i);
        m.im[i * columns + i] = v.dtype().isComplex() ? v.getImaginary(batch * n + i) : 0;
      }
      return m;
    }

    M times(M o) {
      M out = new M(rows, o.columns, new double[rows * o.columns], new double[rows * o.columns]);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < o.columns; j++) {
          for (int k = 0; k < columns; k++) {
            int a = i * columns + k;
            int b = k * o.columns + j;
            out.re[i * o.columns + j] += re[a] * o.re[b] - im[a] * o.im[b];
            out.im[i * o.columns + j] += re[a] * o.im[b] + im[a] * o.re[b];
          }
        }
      }
      return out;
    }

    M adjoint() {
      M out = new M(columns, rows, new double[re.length], new double[re.length]);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          out.re[j * rows + i] = re[i * columns + j];
          out.im[j * rows + i] = -im[i * columns + j];
        }
      }
      return out;
    }

    void assertClose(M o, double tolerance) {
      for (int i = 0; i < re.length; i++) {
        assertEquals(o.re[i], re[i], tolerance);
        assertEquals(o.im[i], im[i], tolerance);
      }
    }

    void assertUnitary(double tolerance) {
      adjoint().times(this).assertClose(identity(columns), tolerance);
    }

    static M identity(int n) {
      M m = new M(n, n, new double[n * n], new double[n * n]);
      for (int i = 0; i < n; i++) {
        m.re[i * n + i] = 1;
      }
      return m;
    }
  }

  private static NDArray matrices(DType t, int batch, int rows, int columns) {
    NDArray a = NDArray.zeros(t, Shape.of(batch, rows, columns));
    java.util.Random r = new java.util.Random(rows * 31L + columns);
    for (int i = 0; i < a.size(); i++) {
      if (t.isComplex()) {
        a.setComplex(i, r.nextGaussian(), r.nextGaussian());
      } else {
        a.setDouble(i, r.nextGaussian());
      }
    }
    return a;
  }

  static void factorizations(String dtype, int m, int n) {
    DType t = DType.of(dtype);
    double tol = t == DType.FLOAT32 || t == DType.COMPLEX64 ? 1e-5 : 1e-12;
    NDArray a = matrices(t, 2, m, n);
    int k = Math.min(m, n);
    for (boolean full : new boolean[] {false, true}) {
      List<NDArray> qr = Runs.all(new Qr(full), a);
      List<NDArray> svd = Runs.all(new Svd(full), a);
      for (int b = 0; b < 2; b++) {
        M x = M.of(a, b, m, n);
        int inner = full ? m : k;
        M q = M.of(qr.get(0), b, m, inner);
        q.assertUnitary(tol);
        q.times(M.of(qr.get(1), b, inner, n)).assertClose(x, tol);
        M u = M.of(svd.get(0), b, m, full ? m : k);
        M v = M.of(svd.get(2), b, full ? n : k, n);
        u.assertUnitary(tol);
        v.adjoint().assertUnitary(tol);
        M s = M.diagonal(svd.get(1), b, k, full ? m : k, full ? n : k);
        u.times(s).times(v).assertClose(x, tol);
        for (int i = 1; i < k; i++) {
          assertTrue(svd.get(1).getDouble(b * k + i) <= svd.get(1).getDouble(b * k + i - 1));
        }
      }
    }
    List<NDArray> lu = Runs.all(new Lu(), a);
    for (int b = 0; b < 2; b++) {
      M packed = M.of(lu.get(0), b, m, n);
      M l = new M(m, k, new double[m * k], new double[m * k]);
      M u = new M(k, n, new double[k * n], new double[k * n]);
      M permuted = new M(m, n, new double[m * n], new double[m * n]);
      M x = M.of(a, b, m, n);
      for (int i = 0; i < m; i++) {
        int from = lu.get(2).getInt(b * m + i);
        System.arraycopy(x.re, from * n, permuted.re, i * n, n);
        System.arraycopy(x.im, from * n, permuted.im, i * n, n);
        for (int j = 0; j < n; j++) {
          if (j < i && j < k) {
            l.re[i * k + j] = packed.re[i * n + j];
            l.im[i * k + j] = packed.im[i * n + j];
          } else if (i < k) {
            u.re[i * n + j] = packed.re[i * n + j];
            u.im[i * n + j] = packed.im[i * n + j];
          }
        }
        if (i < k) {
          l.re[i * k + i] = 1;
        }
      }
      l.times(u).assertClose(permuted, tol);
    }
  }

  static void svdOfLowRank() {
    NDArray a = NDArray.zeros(DType.FLOAT64, Shape.of(1, 4, 3));
    for (int i = 0; i < 12; i++) {
      a.setDouble(i, (i / 3 + 1) * (i % 3 + 1)); // an outer product
    }
    List<NDArray> svd = Runs.all(new Svd(true), a);
    M u = M.of(svd.get(0), 0, 4, 4);
    u.assertUnitary(1e-12);
    u.times(M.diagonal(svd.get(1), 0, 3, 4, 3))
        .times(M.of(svd.get(2), 0, 3, 3))
        .assertClose(M.of(a, 0, 4, 3), 1e-12);
    assertEquals(0, svd.get(1).getDouble(1), 1e-12);
  }

  static void symmetricEigenvalues(String dtype, int n) {
    DType t = DType.of(dtype);
    NDArray a = matrices(t, 2, n, n);
    List<NDArray> r = Runs.all(new Eigh(), a);
    double tol = t == DType.FLOAT32 ? 1e-5 : 1e-12;
    for (int b = 0; b < 2; b++) {
      M x = M.of(a, b, n, n);
      for (int i = 0; i < n; i++) {
        x.im[i * n + i] = 0;
        for (int j = i + 1; j < n; j++) { // only the lower triangle counts
          x.re[i * n + j] = x.re[j * n + i];
          x.im[i * n + j] = -x.im[j * n + i];
        }
      }
      M v = M.of(r.get(1), b, n, n);
      v.assertUnitary(tol);
      v.times(M.diagonal(r.get(0), b, n, n, n)).times(v.adjoint()).assertClose(x, tol);
      for (int i = 1; i < n; i++) {
        assertTrue(r.get(0).getDouble(b * n + i) >= r.get(0).getDouble(b * n + i - 1));
      }
    }
  }

  static void generalEigenvalues(String dtype, int n) {
    DType t = DType.of(dtype);
    NDArray a = matrices(t, 2, n, n);
    List<NDArray> r = Runs.all(new Eig(), a);
    double tol = t == DType.FLOAT32 ? 1e-4 : 1e-10;
    for (int b = 0; b < 2; b++) {
      M v = M.of(r.get(1), b, n, n);
      M left = M.of(a, b, n, n).times(v);
      left.assertClose(v.times(M.diagonal(r.get(0), b, n, n, n)), tol);
      M gram = v.adjoint().times(v);
      for (int i = 0; i < n; i++) {
        assertEquals(1, gram.re[i * n + i], tol);
      }
    }
  }

  static void eigenvaluesOfRotation() {
    NDArray a = NDArray.of(new double[] {0, -1, 1, 0}, 2, 2);
    NDArray w = Runs.one(new Eig(), a);
    assertEquals(1, Math.abs(w.getImaginary(0)), 1e-12);
    assertEquals(0, w.getDouble(0), 1e-12);
    assertEquals(0, w.getImaginary(0) + w.getImaginary(1), 1e-12);
    NDArray defective = NDArray.of(new double[] {1, 1, 0, 1}, 2, 2);
    Runs.close(1e-12, Runs.one(new Eig(), defective), 1, 1);
  }

  static void choleskyAndSolve() {
    NDArray a = NDArray.of(new float[] {4, 99, 2, 3, 1, 0, 0, -1}, 2, 2, 2);
    NDArray l = Runs.one(new Cholesky(), a);
    Runs.close(1e-6, l.slice(0, 1), 2, 0, 1, Math.sqrt(2));
    assertTrue(Double.isNaN(l.getDouble(7)));
    NDArray t = Runs.floats(new double[] {2, 77, 1, 4}, 2, 2);
    NDArray b = Runs.floats(new double[] {2, 9}, 2, 1);
    Runs.close(1e-6, Runs.one(new TriangularSolve(true, false, false), t, b), 1, 2);
    Runs.close(1e-6, Runs.one(new TriangularSolve(true, true, false), t, b), -0.125, 2.25);
    Runs.close(1e-6, Runs.one(new TriangularSolve(true, false, true), t, b), 2, 7);
  }

  static void fourier(int n) {
    NDArray x = NDArray.zeros(DType.COMPLEX64, Shape.of(2, n));
    for (int i = 0; i < 2 * n; i++) {
      x.setComplex(i, Math.sin(3 * i), Math.cos(i));
    }
    NDArray y = Runs.one(new Fft(Fft.FftKind.FFT, LongList.of(n)), x);
    for (int b = 0; b < 2; b++) {
      for (int k = 0; k < n; k++) {
        double re = 0;
        double im = 0;
        for (int i = 0; i < n; i++) {
          double w = -2 * Math.PI * k * i / n;
          double xr = x.getDouble(b * n + i);
          double xi = x.getImaginary(b * n + i);
          re += xr * Math.cos(w) - xi * Math.sin(w);
          im += xr * Math.sin(w) + xi * Math.cos(w);
        }
        assertEquals(re, y.getDouble(b * n + k), 1e-4);
        assertEquals(im, y.getImaginary(b * n + k), 1e-4);
      }
    }
    NDArray back = Runs.one(new Fft(Fft.FftKind.IFFT, LongList.of(n)), y);
    for (int i = 0; i < 2 * n; i++) {
      assertEquals(x.getDouble(i), back.getDouble(i), 1e-5);
      assertEquals(x.getImaginary(i), back.getImaginary(i), 1e-5);
    }
    NDArray r = Runs.ramp(2, 3, n);
    NDArray half = Runs.one(new Fft(Fft.FftKind.RFFT, LongList.of(3, n)), r);
    assertEquals(Shape.of(2, 3, n / 2 + 1), half.shape());
    Runs.close(
        1e-5, Runs.one(new Fft(Fft.FftKind.IRFFT, LongList.of(3, n)), half), r.toDoubleArray());
  }
}
