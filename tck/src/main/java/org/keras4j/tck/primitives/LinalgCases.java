package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keras4j.core.DType.*;

import java.util.List;
import java.util.Random;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.Fft.FftKind;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.TriangularSolve;

final class LinalgCases {
  private LinalgCases() {}

  static void add(Primitives to) {
    to.on("cholesky", LinalgCases::cholesky);
    to.on("triangularSolve", LinalgCases::triangularSolve);
    to.on("lu", LinalgCases::lu);
    to.on("qrAndSvd", LinalgCases::qrAndSvd);
    to.on("eigen", LinalgCases::eigen);
    to.on("fourier", LinalgCases::fourier);
  }

  private static NDArray random(DType t, long... dims) {
    Random r = new Random(5);
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, r.nextGaussian());
    }
    return a;
  }

  /** A matrix (rows, columns) as doubles, out of a batch of matrices. */
  private static double[][] matrix(NDArray a, int batch) {
    int m = (int) a.shape().dim(-2);
    int n = (int) a.shape().dim(-1);
    double[][] out = new double[m][n];
    for (int i = 0; i < m * n; i++) {
      out[i / n][i % n] = a.getDouble(batch * m * n + i);
    }
    return out;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          out[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return out;
  }

  private static double[][] transposed(double[][] a) {
    double[][] out = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        out[j][i] = a[i][j];
      }
    }
    return out;
  }

  private static void close(double[][] e, double[][] g, double tolerance) {
    assertEquals(e.length, g.length);
    for (int i = 0; i < e.length; i++) {
      for (int j = 0; j < e[i].length; j++) {
        assertEquals(e[i][j], g[i][j], tolerance);
      }
    }
  }

  /** Eager, and compiled. */
  private static List<List<NDArray>> ways(Primitive p, NDArray... in) {
    return List.of(Runs.eager(p, in), Runs.run(Runs.graph(p, false, in), in));
  }

  private static double tolerance(DType t) {
    return switch (t) {
      case FLOAT16 -> 3e-2;
      case BFLOAT16 -> 1e-1;
      case FLOAT32 -> 1e-5;
      default -> 1e-12;
    };
  }

  private static final List<DType> FLOATS = List.of(FLOAT32, FLOAT64, FLOAT16, BFLOAT16);

  static void cholesky() {
    NDArray a = NDArray.of(new float[] {4, 2, 2, 5, 1, 9, 9, 1}, 2, 2, 2);
    // of the second the lower triangle is that of a matrix that is not positive definite
    Runs.check(
        1e-6,
        new Cholesky(),
        List.of(a),
        NDArray.of(new float[] {2, 0, 1, 2, Float.NaN, 0, Float.NaN, Float.NaN}, 2, 2, 2));
    for (DType t : FLOATS) {
      Runs.check(
          tolerance(t),
          new Cholesky(),
          List.of(a.slice(0, 1).astype(t)),
          NDArray.of(new float[] {2, 0, 1, 2}, 1, 2, 2).astype(t));
    }
  }

  static void triangularSolve() {
    for (DType t : FLOATS) {
      NDArray a = NDArray.of(new float[] {2, 9, 1, 4}, 2, 2).astype(t);
      NDArray b = NDArray.of(new float[] {4, 10}, 2, 1).astype(t);
      Runs.check(
          new TriangularSolve(true, false, false),
          List.of(a, b),
          NDArray.of(new float[] {2, 2}, 2, 1).astype(t));
      Runs.check(
          new TriangularSolve(true, true, false),
          List.of(a, b),
          NDArray.of(new float[] {0.75f, 2.5f}, 2, 1).astype(t));
      Runs.check(
          new TriangularSolve(true, false, true),
          List.of(a, b),
          NDArray.of(new float[] {4, 6}, 2, 1).astype(t));
      Runs.check(
          new TriangularSolve(false, false, true),
          List.of(a, b),
          NDArray.of(new float[] {-86, 10}, 2, 1).astype(t));
    }
  }

  static void lu() {
    for (DType t : FLOATS) {
      for (long[] dims : new long[][] {{2, 3, 3}, {1, 4, 2}, {1, 2, 4}}) {
        NDArray a = random(t, dims);
        for (List<NDArray> r : ways(new Lu(), a)) {
          int m = (int) dims[1];
          int n = (int) dims[2];
          int k = Math.min(m, n);
          for (int b = 0; b < dims[0]; b++) {
            double[][] packed = matrix(r.get(0), b);
            double[][] l = new double[m][k];
            double[][] u = new double[k][n];
            for (int i = 0; i < m; i++) {
              for (int j = 0; j < n; j++) {
                if (j < i && j < k) {
                  l[i][j] = packed[i][j];
                }
                if (i <= j && i < k) {
                  u[i][j] = packed[i][j];
                }
              }
              if (i < k) {
                l[i][i] = 1;
              }
            }
            double[][] x = matrix(a, b);
            double[][] swapped = x.clone();
            for (int i = 0; i < k; i++) {
              int p = r.get(1).getInt(b * k + i);
              double[] row = swapped[i];
              swapped[i] = swapped[p];
              swapped[p] = row;
            }
            close(swapped, times(l, u), tolerance(t) * 5);
            for (int i = 0; i < m; i++) {
              assertEquals(swapped[i], x[r.get(2).getInt(b * m + i)]);
            }
          }
        }
      }
    }
  }

  static void qrAndSvd() {
    for (DType t : FLOATS) {
      for (boolean full : new boolean[] {false, true}) {
        for (long[] dims : new long[][] {{2, 4, 3}, {1, 2, 4}}) {
          NDArray a = random(t, dims);
          for (List<NDArray> r : ways(new Qr(full), a)) {
            for (int b = 0; b < dims[0]; b++) {
              close(
                  matrix(a, b), times(matrix(r.get(0), b), matrix(r.get(1), b)), tolerance(t) * 5);
            }
          }
          for (List<NDArray> r : ways(new Svd(full), a)) {
            int k = (int) Math.min(dims[1], dims[2]);
            for (int b = 0; b < dims[0]; b++) {
              double[][] u = matrix(r.get(0), b);
              double[][] us = new double[u.length][k];
              double previous = Double.MAX_VALUE;
              for (int j = 0; j < k; j++) {
                double s = r.get(1).getDouble(b * k + j);
                assertTrue(s <= previous);
                previous = s;
                for (int i = 0; i < u.length; i++) {
                  us[i][j] = u[i][j] * s;
                }
              }
              double[][] v = matrix(r.get(2), b);
              double[][] top = new double[k][];
              System.arraycopy(v, 0, top, 0, k);
              close(matrix(a, b), times(us, top), tolerance(t) * 5);
            }
          }
        }
      }
    }
  }

  static void eigen() {
    for (DType t : FLOATS) {
      NDArray a =
          NDArray.of(new float[] {2, 99, 1, 2}, 2, 2).astype(t); // only the lower triangle is read
      for (List<NDArray> r : ways(new Eigh(), a)) {
        assertEquals(1, r.get(0).getDouble(0), tolerance(t));
        assertEquals(3, r.get(0).getDouble(1), tolerance(t));
        double[][] v = matrix(r.get(1), 0);
        double[][] d = {{r.get(0).getDouble(0), 0}, {0, r.get(0).getDouble(1)}};
        close(new double[][] {{2, 1}, {1, 2}}, times(times(v, d), transposed(v)), tolerance(t) * 3);
      }
    }
    NDArray rotation = NDArray.of(new float[] {0, -1, 1, 0}, 2, 2);
    for (List<NDArray> r : ways(new Eig(), rotation)) {
      assertEquals(COMPLEX64, r.get(0).dtype());
      assertEquals(0, r.get(0).getDouble(0), 1e-6);
      assertEquals(1, Math.abs(r.get(0).getImaginary(0)), 1e-6);
      assertEquals(-r.get(0).getImaginary(0), r.get(0).getImaginary(1), 1e-6);
      assertEquals(COMPLEX64, r.get(1).dtype());
    }
  }

  static void fourier() {
    NDArray x = NDArray.zeros(COMPLEX64, Shape.of(4));
    x.setComplex(0, 1, 0);
    x.setComplex(1, 2, 1);
    x.setComplex(3, -1, 0);
    NDArray y = NDArray.zeros(COMPLEX64, Shape.of(4));
    for (int k = 0; k < 4; k++) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < 4; i++) {
        double angle = -2 * Math.PI * k * i / 4;
        re += x.getDouble(i) * Math.cos(angle) - x.getImaginary(i) * Math.sin(angle);
        im += x.getDouble(i) * Math.sin(angle) + x.getImaginary(i) * Math.cos(angle);
      }
      y.setComplex(k, re, im);
    }
    Runs.check(1e-6, new Fft(FftKind.FFT, LongList.of(4)), List.of(x), y);
    Runs.check(1e-6, new Fft(FftKind.IFFT, LongList.of(4)), List.of(y), x);
    for (DType t : FLOATS) {
      NDArray r = NDArray.of(new float[] {1, 2, 0, -1, 4}, 5).astype(t);
      NDArray f = Runs.eager(new Fft(FftKind.RFFT, LongList.of(5)), r).get(0);
      assertEquals(t == FLOAT64 ? COMPLEX128 : COMPLEX64, f.dtype());
      assertEquals(Shape.of(3), f.shape());
      assertEquals(6, f.getDouble(0), 1e-5);
      NDArray back = Runs.run(Runs.graph(new Fft(FftKind.IRFFT, LongList.of(5)), false, f), f)
          .get(0);
      Runs.same("irfft", 1e-5, List.of(back), r.astype(back.dtype()));
    }
    NDArray plane = random(FLOAT32, 2, 3, 4);
    NDArray f = Runs.eager(new Fft(FftKind.RFFT, LongList.of(3, 4)), plane).get(0);
    assertEquals(Shape.of(2, 3, 3), f.shape());
    Runs.check(1e-5, new Fft(FftKind.IRFFT, LongList.of(3, 4)), List.of(f), plane);
  }
}
