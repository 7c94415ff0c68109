package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Engine;

/** Results of Keras at the edges of functions that NumPy has too. */
class LikeNumPyTest {
  private static Tensor vector(double... v) {
    return tensor(v, v.length);
  }

  private static Tensor tensor(double[] v, long... dims) {
    return Engine.constant(NDArray.of(v, dims).astype(DType.FLOAT32));
  }

  private static Tensor bytes(double... v) {
    return Engine.constant(NDArray.of(v, v.length).astype(DType.UINT8));
  }

  private static void equal(double[] expected, Object t) {
    assertArrayEquals(expected, ((Tensor) t).toNDArray().toDoubleArray(), 1e-6);
  }

  @Test
  void arangeOfIntegersHasAnIntegerStep() {
    equal(new double[7], Ops.arange(0, 2, 0.3, "int32"));
    equal(new double[] {1, 2, 3, 4}, Ops.arange(1.7, 7.2, 1.4, "int8"));
  }

  @Test
  void linspaceOfBools() {
    List<?> r = (List<?>) Ops.linspace(0.0, 1.0, 3, true, true, "bool", 0);
    equal(new double[] {0, 1, 1}, r.get(0));
    assertEquals(DType.FLOAT32, ((Tensor) r.get(1)).dtype());
  }

  @Test
  void meansOfIntegersRoundInPad() {
    int[][] width = {{1, 1}};
    equal(new double[] {2, 1, 2, 2, 2}, Ops.pad(bytes(1, 2, 2), width, "mean"));
  }

  @Test
  void rowsOfATensorJoin() {
    Tensor x = tensor(new double[] {1, 2, 3, 4}, 2, 2);
    equal(new double[] {1, 3, 2, 4}, Ops.stack(x, 1));
    equal(new double[] {1, 2, 3, 4}, Ops.hstack(x));
  }

  @Test
  void logarithmsOfComplexZero() {
    NDArray zero = NDArray.zeros(DType.COMPLEX64, Shape.SCALAR);
    for (Tensor r : List.of(Ops.log2(zero), Ops.log10(zero))) {
      assertEquals(Double.NEGATIVE_INFINITY, r.toNDArray().getDouble(0));
      assertEquals(0, r.toNDArray().getImaginary(0));
    }
  }

  @Test
  void uniqueHasAGradient() {
    Tensor x = vector(3, 1, 1, 2);
    Tensor w = vector(1, 10, 100);
    equal(
        new double[] {100, 1, 0, 10},
        Grad.valueAndGrad(t -> Ops.sum(Ops.multiply(Ops.unique(t), w)), x)
            .grads()
            .get(0));
    Tensor v = vector(1, 10, 100, 1000, 10000);
    equal(
        new double[] {100, 1, 0, 10},
        Grad.valueAndGrad(t -> Ops.sum(Ops.multiply(filled(t, 9), v)), x)
            .grads()
            .get(0));
    equal(new double[] {1, 2, 3, 9, 9}, filled(x, 9));
    assertThrows(RuntimeException.class, () -> filled(vector(), null));
    equal(new double[] {9, 9, 9, 9, 9}, filled(vector(), 9));
  }

  @Test
  void numbersAmongChoicesAreWeak() {
    Tensor b = Ops.cast(vector(1, 0), "bool");
    Tensor r = Ops.select(List.of(b), List.of(bytes(7, 8)), 2);
    assertEquals(DType.UINT8, r.dtype());
    assertEquals(DType.UINT8, Ops.select(List.of(b), List.of(2), bytes(7, 8)).dtype());
  }

  @Test
  void complexMoments() {
    Tensor z = Ops.cast(vector(1, 3), "complex64");
    assertEquals(DType.COMPLEX64, Ops.var(z).dtype());
    assertEquals(DType.FLOAT32, Ops.moments(z, 0).get(1).dtype());
  }

  @Test
  void boolsFoldAndPick() {
    Tensor b = Ops.cast(vector(1, 0, 1), "bool");
    equal(new double[] {0}, Ops.prod(b, null, false, "bool"));
    equal(new double[] {6, 5, 6}, Ops.take(vector(5, 6), b, 0));
  }

  private static Object filled(Tensor x, Object fill) {
    return Ops.unique(x, true, false, false, false, null, 5, fill);
  }
}
