package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;

/** {@code gammainc} against its closed forms: those of whole and half shapes, and what is known of large ones. */
class IncompleteGammaTest {
  private static final double[] ENDS = {1e-12, 1e-3, 0.1, 0.5, 1, 2, 3.7, 8, 15, 40, 700};

  private static double[] of(double x) { // a number of Java alone would be a float32
    return new double[] {x};
  }

  private static NDArray gammainc(Object a, Object x) {
    return Ops.gammainc(a, x).toNDArray();
  }

  /** {@code P(n, x)} of a whole n: one less the chance of fewer than n events. */
  private static double ofWhole(int n, double x) {
    double term = Math.exp(-x);
    double sum = 0;
    double fewer = 0;
    for (int k = 0; k < n + 400; k++) {
      if (k < n) {
        fewer += term;
      } else {
        sum += term;
      }
      term *= x / (k + 1);
    }
    return x < 600 ? Math.min(sum, 1) : 1 - fewer;
  }

  @Test
  void wholeShapes() {
    for (int n : new int[] {1, 2, 5, 8, 9, 30}) {
      NDArray got = gammainc(of(n), ENDS);
      for (int i = 0; i < ENDS.length; i++) {
        double want = ofWhole(n, ENDS[i]);
        assertEquals(want, got.getDouble(i), 1e-11 * want + 1e-60, n + ", " + ENDS[i]);
      }
    }
  }

  @Test
  void aHalfIsTheErrorFunction() {
    NDArray got = gammainc(of(0.5), ENDS);
    NDArray want = Ops.erf(Ops.sqrt(ENDS)).toNDArray();
    for (int i = 0; i < ENDS.length; i++) {
      assertEquals(want.getDouble(i), got.getDouble(i), 1e-12);
    }
  }

  /** {@code P(a, a)} is a half and {@code 1 / (3 sqrt(2 pi a))} more, in the first two terms. */
  @Test
  void largeShapes() {
    for (double a : new double[] {1e4, 1e6, 1e9}) {
      double want = 0.5 + 1 / (3 * Math.sqrt(2 * Math.PI * a));
      assertEquals(want, gammainc(of(a), of(a)).getDouble(0), 1e-2 / a);
    }
  }

  @Test
  void endsAndWhatIsNoArgument() {
    float inf = Float.POSITIVE_INFINITY;
    float[] a = {0, 2, 2, 0, inf, inf, -1, 2, Float.NaN};
    float[] x = {1, 0, inf, 0, 1, inf, 1, -1, 1};
    float[] want = {1, 0, 1, Float.NaN, 0, Float.NaN, Float.NaN, Float.NaN, Float.NaN};
    NDArray got = gammainc(a, x);
    for (int i = 0; i < a.length; i++) {
      assertEquals(want[i], got.getFloat(i), a[i] + ", " + x[i]);
    }
  }

  @Test
  void dtypesAndShapes() {
    assertEquals(DType.FLOAT32, gammainc(new int[] {1, 2}, 1).dtype());
    assertEquals(DType.FLOAT64, gammainc(new double[] {1}, new float[] {2}).dtype());
    Tensor half = Ops.gammainc(Ops.cast(new float[] {1, 2}, "bfloat16"), new float[3][1]);
    assertEquals(Shape.of(3, 2), half.shape());
    Object complex = Ops.cast(new float[] {1}, "complex64");
    assertTrue(assertThrows(IllegalArgumentException.class, () -> Ops.gammainc(complex, complex))
        .getMessage()
        .contains("ops.gammainc: expected real numbers"));
  }

  /** The slope for x is the density; at the ends of what is computed there is one, too. */
  @Test
  void slopes() {
    double[] a = {0.3, 1, 4, 12, 200, 2, 0.5};
    double[] x = {0.2, 2, 3, 14, 190, 1e-14, 500};
    Grad.Result r = Grad.valueAndGrad(
        t -> List.of(Ops.sum(Ops.gammainc(t.get(0), t.get(1)))),
        List.of(Ops.convertToTensor(a), Ops.convertToTensor(x)),
        List.of());
    NDArray forShape = r.grads().get(0).toNDArray();
    NDArray forEnd = r.grads().get(1).toNDArray();
    for (int i = 0; i < a.length; i++) {
      double step = 1e-5 * a[i];
      double up = gammainc(of(a[i] + step), of(x[i])).getDouble(0);
      double down = gammainc(of(a[i] - step), of(x[i])).getDouble(0);
      assertEquals((up - down) / (2 * step), forShape.getDouble(i), 1e-7, "shape " + a[i]);
      double density = Math.exp((a[i] - 1) * Math.log(x[i]) - x[i] - logGamma(a[i]));
      assertEquals(density, forEnd.getDouble(i), 1e-9 * (1 + density), "end " + a[i]);
    }
  }

  private static double logGamma(double a) {
    return org.keras4j.ops.internal.engine.Prims.unary(
            org.keras4j.core.primitive.UnaryKind.LGAMMA, Ops.convertToTensor(of(a)))
        .toNDArray()
        .getDouble(0);
  }
}
