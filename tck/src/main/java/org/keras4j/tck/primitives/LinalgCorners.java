package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keras4j.tck.primitives.Runs.array;
import static org.keras4j.tck.primitives.Runs.expect;
import static org.keras4j.tck.primitives.Runs.floats;

import java.util.List;
import java.util.Random;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.Fft.FftKind;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.TriangularSolve;

final class LinalgCorners {
  private LinalgCorners() {}

  static void add(Primitives to) {
    to.on("contractions", LinalgCorners::contractions);
    to.on("cholesky", LinalgCorners::cholesky);
    to.on("triangles", LinalgCorners::triangles);
    to.on("orthogonalFactors", LinalgCorners::orthogonalFactors);
    to.on("eigenvalues", LinalgCorners::eigenvalues);
    to.on("lu", LinalgCorners::lu);
    to.on("transforms", LinalgCorners::transforms);
  }

  private static final Random RANDOM = new Random(3);

  private static NDArray random(DType t, long... dims) {
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      if (t.isComplex()) {
        a.setComplex(i, RANDOM.nextGaussian(), RANDOM.nextGaussian());
      } else {
        a.setDouble(i, t.isInteger() ? RANDOM.nextInt(7) : RANDOM.nextGaussian());
      }
    }
    return a;
  }

  private static DotGeneral dot(int[] lb, int[] rb, int[] lc, int[] rc, DType out) {
    return new DotGeneral(IntList.of(lb), IntList.of(rb), IntList.of(lc), IntList.of(rc), out);
  }

  private static int[] i(int... v) {
    return v;
  }

  /** The product by the definition, for at most one batch pair. */
  private static NDArray product(DotGeneral p, NDArray a, NDArray b) {
    NDArray y = NDArray.zeros(
        p.infer(List.of(a.spec(), b.spec())).get(0).dtype(),
        p.infer(List.of(a.spec(), b.spec())).get(0).shape());
    double[] re = new double[y.size()];
    double[] im = new double[y.size()];
    for (int m = 0; m < a.size(); m++) {
      long[] am = index(a.shape(), m);
      for (int n = 0; n < b.size(); n++) {
        long[] bn = index(b.shape(), n);
        boolean fits = true;
        for (int k = 0; k < p.lhsBatch().size(); k++) {
          fits &= am[p.lhsBatch().get(k)] == bn[p.rhsBatch().get(k)];
        }
        for (int k = 0; k < p.lhsContract().size(); k++) {
          fits &= am[p.lhsContract().get(k)] == bn[p.rhsContract().get(k)];
        }
        if (!fits) {
          continue;
        }
        int at = 0;
        int d = 0;
        for (int k = 0; k < p.lhsBatch().size(); k++) {
          at = at * y.shape().intDim(d++) + (int) am[p.lhsBatch().get(k)];
        }
        for (int k = 0; k < a.rank(); k++) {
          if (!p.lhsBatch().contains(k) && !p.lhsContract().contains(k)) {
            at = at * y.shape().intDim(d++) + (int) am[k];
          }
        }
        for (int k = 0; k < b.rank(); k++) {
          if (!p.rhsBatch().contains(k) && !p.rhsContract().contains(k)) {
            at = at * y.shape().intDim(d++) + (int) bn[k];
          }
        }
        re[at] += a.getDouble(m) * b.getDouble(n) - a.getImaginary(m) * b.getImaginary(n);
        im[at] += a.getDouble(m) * b.getImaginary(n) + a.getImaginary(m) * b.getDouble(n);
      }
    }
    for (int k = 0; k < re.length; k++) {
      if (y.dtype().isComplex()) {
        y.setComplex(k, re[k], im[k]);
      } else {
        y.setDouble(k, re[k]);
      }
    }
    return y;
  }

  private static long[] index(Shape s, int k) {
    long[] at = new long[s.rank()];
    for (int d = at.length - 1; d >= 0; d--) {
      at[d] = k % s.dim(d);
      k /= (int) s.dim(d);
    }
    return at;
  }

  private static void near(double tolerance, NDArray expected, NDArray got) {
    assertEquals(expected.spec(), got.spec());
    for (int k = 0; k < expected.size(); k++) {
      double scale = tolerance * (1 + Math.abs(expected.getDouble(k)));
      assertEquals(expected.getDouble(k), got.getDouble(k), scale, "at " + k + " of " + got);
      assertEquals(expected.getImaginary(k), got.getImaginary(k), scale, "at " + k);
    }
  }

  private static void products(DotGeneral p, NDArray a, NDArray b) {
    NDArray y = product(p, a, b);
    double tolerance =
        y.dtype() == DType.FLOAT16 ? 4e-3 : y.dtype() == DType.BFLOAT16 ? 3e-2 : 1e-5;
    near(tolerance, y, Runs.eager(p, a, b).get(0));
    near(tolerance, y, Runs.compiled(p, a, b).get(0));
    near(tolerance, y, Runs.dynamic(p, a, b).get(0));
  }

  static void contractions() {
    int[] none = {};
    for (DType t : new DType[] {
      DType.FLOAT16,
      DType.BFLOAT16,
      DType.FLOAT32,
      DType.FLOAT64,
      DType.INT32,
      DType.INT8,
      DType.UINT8,
      DType.INT64,
      DType.UINT32,
      DType.COMPLEX64
    }) {
      NDArray a = random(t, 3, 4);
      NDArray b = random(t, 4, 2);
      products(dot(none, none, i(1), i(0), null), a, b);
      products(dot(none, none, i(0), i(0), null), random(t, 4, 3), b);
      products(dot(none, none, i(1), i(1), null), a, random(t, 2, 4));
      products(dot(i(0), i(0), i(2), i(1), null), random(t, 2, 3, 4), random(t, 2, 4, 5));
      products(dot(i(0), i(0), i(1), i(2), null), random(t, 2, 4, 3), random(t, 2, 5, 4));
    }
    DType f = DType.FLOAT32;
    products(dot(none, none, i(2), i(0), null), random(f, 2, 3, 4), random(f, 4, 5));
    products(dot(none, none, i(1, 2), i(1, 0), null), random(f, 2, 3, 4), random(f, 4, 3));
    products(dot(none, none, none, none, null), random(f, 2), random(f, 3));
    products(dot(none, none, i(0), i(0), null), random(f, 4), random(f, 4));
    products(dot(i(0), i(0), none, none, null), random(f, 4), random(f, 4));
    products(dot(i(1), i(2), i(0, 3), i(0, 1), null), random(f, 2, 3, 4, 5), random(f, 2, 5, 3, 6));
    products(
        dot(none, none, i(1), i(0), DType.INT32),
        random(DType.INT8, 3, 4),
        random(DType.INT8, 4, 2));
    products(
        dot(none, none, i(1), i(0), DType.FLOAT32),
        random(DType.BFLOAT16, 3, 4),
        random(DType.BFLOAT16, 4, 2));
    products(dot(none, none, i(1), i(0), null), random(f, 3, 0), random(f, 0, 2));
  }

  static void cholesky() {
    NDArray a = floats(new double[] {4, 2, 2, 5, 9, 0, 0, 1}, 2, 2, 2);
    expect(new Cholesky(), floats(new double[] {2, 0, 1, 2, 3, 0, 0, 1}, 2, 2, 2), a);
    NDArray indefinite = floats(new double[] {1, 2, 2, 1}, 2, 2);
    for (NDArray y : List.of(
        Runs.eager(new Cholesky(), indefinite).get(0),
        Runs.compiled(new Cholesky(), indefinite).get(0))) {
      assertTrue(Double.isNaN(y.getDouble(3)));
      assertEquals(0, y.getDouble(1));
    }
  }

  static void triangles() {
    NDArray a = floats(new double[] {2, 7, 1, 4}, 2, 2);
    NDArray b = floats(new double[] {2, 9}, 2, 1);
    expect(new TriangularSolve(true, false, false), floats(new double[] {1, 2}, 2, 1), a, b);
    expect(
        new TriangularSolve(false, false, false),
        floats(new double[] {(2 - 7 * 2.25) / 2, 2.25}, 2, 1),
        a,
        b);
    expect(
        new TriangularSolve(true, true, false),
        floats(new double[] {(2 - 2.25) / 2, 2.25}, 2, 1),
        a,
        b);
    expect(new TriangularSolve(true, false, true), floats(new double[] {2, 7}, 2, 1), a, b);
    NDArray c = NDArray.zeros(DType.COMPLEX64, Shape.of(1, 1));
    c.setComplex(0, 0, 2);
    NDArray d = NDArray.zeros(DType.COMPLEX64, Shape.of(1, 1));
    d.setComplex(0, 4, 0);
    NDArray e = NDArray.zeros(DType.COMPLEX64, Shape.of(1, 1));
    e.setComplex(0, 0, -2);
    expect(new TriangularSolve(true, true, false), e, c, d);
    NDArray singular = floats(new double[] {1, 0, 1, 0}, 2, 2);
    Runs.eager(new TriangularSolve(true, false, false), singular, b);
    Runs.compiled(new TriangularSolve(true, false, false), singular, b);
  }

  private static NDArray times(NDArray a, NDArray b) {
    return product(dot(i(0), i(0), i(2), i(1), null), a, b);
  }

  private static List<List<NDArray>> both(Primitive p, NDArray x) {
    return List.of(Runs.eager(p, x), Runs.compiled(p, x));
  }

  static void orthogonalFactors() {
    for (DType t : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.COMPLEX64}) {
      for (long[] s : new long[][] {{2, 3, 3}, {1, 4, 2}, {1, 2, 4}}) {
        NDArray x = random(t, s);
        for (boolean full : new boolean[] {false, true}) {
          for (List<NDArray> qr : both(new Qr(full), x)) {
            near(1e-4, x, times(qr.get(0), qr.get(1)));
          }
        }
        for (List<NDArray> usv : both(new Svd(false), x)) {
          NDArray scaled = usv.get(0);
          int k = usv.get(1).shape().intDim(-1);
          for (int n = 0; n < scaled.size(); n++) {
            int batch = n / (int) (s[1] * k);
            double v = usv.get(1).getDouble(batch * k + n % k);
            if (t.isComplex()) {
              scaled.setComplex(n, scaled.getDouble(n) * v, scaled.getImaginary(n) * v);
            } else {
              scaled.setDouble(n, scaled.getDouble(n) * v);
            }
          }
          near(1e-4, x, times(scaled, usv.get(2)));
        }
        for (List<NDArray> usv : both(new Svd(true), x)) {
          assertEquals(Shape.of(s[0], s[1], s[1]), usv.get(0).shape());
          assertEquals(Shape.of(s[0], s[2], s[2]), usv.get(2).shape());
        }
      }
    }
  }

  static void eigenvalues() {
    NDArray a = floats(new double[] {2, 99, 1, 2}, 2, 2); // the upper triangle is not read
    for (List<NDArray> y : both(new Eigh(), a)) {
      near(1e-5, floats(new double[] {1, 3}, 2), y.get(0));
      double r = Math.sqrt(0.5);
      assertEquals(r, Math.abs(y.get(1).getDouble(0)), 1e-5);
    }
    NDArray turn = floats(new double[] {0, -1, 1, 0}, 2, 2);
    for (List<NDArray> y : both(new Eig(), turn)) {
      assertEquals(DType.COMPLEX64, y.get(0).dtype());
      assertEquals(1, Math.abs(y.get(0).getImaginary(0)), 1e-5);
      assertEquals(0, y.get(0).getDouble(0), 1e-5);
    }
  }

  static void lu() {
    for (DType t : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.COMPLEX64, DType.FLOAT16}) {
      for (long[] s : new long[][] {{2, 4, 4}, {1, 5, 3}, {3, 2, 4}}) {
        NDArray x = random(t, s);
        for (List<NDArray> y : both(new Lu(), x)) {
          decomposed(x, y, t == DType.FLOAT16 ? 2e-2 : 1e-4);
        }
      }
    }
    NDArray singular = floats(new double[] {1, 2, 2, 4}, 1, 2, 2);
    for (List<NDArray> y : both(new Lu(), singular)) {
      decomposed(singular, y, 1e-5);
    }
    NDArray zero = NDArray.zeros(DType.FLOAT32, Shape.of(1, 2, 2));
    for (List<NDArray> y : both(new Lu(), zero)) {
      decomposed(zero, y, 1e-5);
    }
    expect(
        new Lu(),
        List.of(
            floats(new double[] {3, 4, 1 / 3.0, 2 - 4 / 3.0}, 2, 2),
            NDArray.of(new int[] {1, 1}),
            NDArray.of(new int[] {1, 0})),
        floats(new double[] {1, 2, 3, 4}, 2, 2));
  }

  private static void decomposed(NDArray x, List<NDArray> y, double tolerance) {
    int b = x.shape().intDim(0);
    int m = x.shape().intDim(1);
    int n = x.shape().intDim(2);
    int k = Math.min(m, n);
    NDArray lower = NDArray.zeros(x.dtype(), Shape.of(b, m, k));
    NDArray upper = NDArray.zeros(x.dtype(), Shape.of(b, k, n));
    NDArray permuted = NDArray.zeros(x.dtype(), x.shape());
    for (int q = 0; q < b; q++) {
      int[] perm = new int[m];
      for (int r = 0; r < m; r++) {
        perm[r] = r;
      }
      for (int r = 0; r < k; r++) {
        int p = y.get(1).getInt(q * k + r);
        int h = perm[r];
        perm[r] = perm[p];
        perm[p] = h;
      }
      for (int r = 0; r < m; r++) {
        assertEquals(perm[r], y.get(2).getInt(q * m + r));
        for (int c = 0; c < n; c++) {
          int from = (q * m + perm[r]) * n + c;
          set(permuted, (q * m + r) * n + c, x, from);
          int at = (q * m + r) * n + c;
          if (c < r && c < k) {
            set(lower, (q * m + r) * k + c, y.get(0), at);
            double largest = x.dtype().isComplex() ? 1.42 : 1.001; // LAPACK pivots by |re| + |im|
            assertTrue(Math.hypot(y.get(0).getDouble(at), y.get(0).getImaginary(at)) <= largest);
          } else if (r < k) {
            set(upper, (q * k + r) * n + c, y.get(0), at);
          }
          if (c == r) {
            lower.setDouble((q * m + r) * k + c, 1);
          }
        }
      }
    }
    near(tolerance, permuted, times(lower, upper));
  }

  private static void set(NDArray to, int at, NDArray from, int k) {
    if (to.dtype().isComplex()) {
      to.setComplex(at, from.getDouble(k), from.getImaginary(k));
    } else {
      to.setDouble(at, from.getDouble(k));
    }
  }

  static void transforms() {
    NDArray x = array(DType.FLOAT32, new double[] {1, 2, 3, 4}, 4);
    NDArray z = NDArray.zeros(DType.COMPLEX64, Shape.of(4));
    double[][] v = {{10, 0}, {-2, 2}, {-2, 0}, {-2, -2}};
    for (int k = 0; k < 4; k++) {
      z.setComplex(k, v[k][0], v[k][1]);
    }
    NDArray half = NDArray.zeros(DType.COMPLEX64, Shape.of(3));
    for (int k = 0; k < 3; k++) {
      half.setComplex(k, v[k][0], v[k][1]);
    }
    NDArray c = x.astype(DType.COMPLEX64);
    LongList four = LongList.of(4);
    expect(new Fft(FftKind.FFT, four), z, c);
    expect(new Fft(FftKind.IFFT, four), c, z);
    expect(new Fft(FftKind.RFFT, four), half, x);
    expect(new Fft(FftKind.IRFFT, four), x, half);
    for (int rank = 1; rank <= 3; rank++) {
      for (DType t : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        NDArray r = random(t, 2, 4, 3, 5);
        long[] n = java.util.Arrays.copyOfRange(new long[] {4, 3, 5}, 3 - rank, 3);
        LongList lengths = LongList.of(n);
        NDArray forward = Runs.eager(new Fft(FftKind.RFFT, lengths), r).get(0);
        near(1e-5, r, Runs.eager(new Fft(FftKind.IRFFT, lengths), forward).get(0));
        DType ct = t == DType.FLOAT32 ? DType.COMPLEX64 : DType.COMPLEX128;
        NDArray q = random(ct, 2, 4, 3, 5);
        NDArray f = Runs.compiled(new Fft(FftKind.FFT, lengths), q).get(0);
        near(1e-5, q, Runs.compiled(new Fft(FftKind.IFFT, lengths), f).get(0));
      }
    }
  }
}
