package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.layers.activations.Activations;
import org.keras4j.ops.Ops;
import org.keras4j.ops.QuantizerOps;
import org.keras4j.ops.grad.Grad;

/** Functions of unusual dtypes, shapes and arguments; the numbers are those of Keras 3.15.1 on JAX. */
class CornersTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static Tensor floats(Object x) {
    return Ops.cast(x, "float32");
  }

  private static Tensor halves(Object x) {
    return Ops.cast(x, "float16");
  }

  private static void assertIs(DType dtype, double[] want, double off, Tensor got) {
    NDArray a = got.toNDArray();
    assertEquals(dtype, a.dtype());
    assertArrayEquals(want, a.astype(DType.FLOAT64).toDoubleArray(), off);
  }

  @Test
  void reluTakesItsLimitsInTheDtypeOfItsArgument() {
    int[] x = {-1, 1, 2, 8};
    assertIs(DType.INT32, new double[] {0, 1, 1, 1}, 0, Activations.relu(x, 0, 1.5, 0));
    assertIs(DType.FLOAT32, new double[] {0, 1, 2, 6}, 0, Activations.relu(x, 0, 6, 0));
    assertIs(DType.INT32, new double[] {0, 0, 2, 8}, 0, Activations.relu(x, 0, null, 1.5));
  }

  @Test
  void eluFallsBelowZeroForANegativeAlpha() {
    try (TensorScope scope = new TensorScope()) {
      Tensor x = floats(List.of(-1, 2));
      Tensor slope = Grad.valueAndGrad(v -> Ops.sum(Ops.elu(v, -1)), x).grads().get(0);
      assertIs(DType.FLOAT32, new double[] {-Math.exp(-1), 1}, 1e-6, slope);
    }
  }

  @Test
  void crossentropiesOfHalvesTakeLogarithmsAsHalves() {
    Tensor t = floats(List.of(1, 0));
    Tensor sparse = Ops.sparseCategoricalCrossentropy(new int[] {1, 0}, halves(new float[][] {
      {.25f, .75f}, {.5f, .5f}
    }));
    assertIs(DType.FLOAT32, new double[] {0.28759766, 0.69335938}, 1e-6, sparse);
    Tensor p = halves(new float[] {.3f, .6f});
    Tensor binary = Ops.binaryCrossentropy(t, p);
    assertIs(DType.FLOAT32, new double[] {1.20410156, 0.91650391}, 1e-6, binary);
    Tensor logits = Ops.binaryCrossentropy(t, p, true);
    assertIs(DType.FLOAT32, new double[] {0.55419922, 1.03710938}, 1e-3, logits);
    Tensor q = halves(new float[] {.3f, .7f});
    assertIs(DType.FLOAT32, new double[] {1.20410156}, 1e-6, Ops.categoricalCrossentropy(t, q));
    Tensor dense = Ops.categoricalCrossentropy(t, q, true);
    assertIs(DType.FLOAT32, new double[] {0.91308594}, 1e-3, dense);
  }

  @Test
  void emptySegmentsOfBoolsHoldTheLeastOrTheLargest() {
    boolean[] x = {true, false, true};
    int[] ids = {0, 1, 3};
    assertIs(DType.BOOL, new double[] {1, 0, 0, 1, 0}, 0, Ops.segmentMax(x, ids, 5));
    assertIs(DType.BOOL, new double[] {1, 0, 1, 1, 1}, 0, Ops.segmentMin(x, ids, 5));
  }

  @Test
  void theLargestOfNoModuliIsZero() {
    assertIs(DType.FLOAT32, new double[] {0}, 0, Ops.norm(Ops.zeros(0), INFINITY, null, false));
  }

  @Test
  void oneRightSideServesManyMatrices() {
    float[][][] a = {{{2, 0}, {0, 4}}, {{1, 1}, {0, 1}}};
    Tensor x = Ops.solve(a, new float[] {2, 4});
    assertIs(DType.FLOAT32, new double[] {1, 1, -2, 4}, 1e-6, x);
    Tensor y =
        Ops.solve(Ops.stack(List.of(a[0], a[0], a[0])), new float[][] {{2, 4, 6}, {4, 8, 1}});
    double[] one = {1, 2, 3, 1, 2, .25};
    double[] want = new double[18];
    for (int i = 0; i < want.length; i++) {
      want[i] = one[i % one.length];
    }
    assertIs(DType.FLOAT32, want, 1e-6, y);
  }

  @Test
  void floatsBeyondAllIntegersBecomeTheLargest() {
    double most = Integer.MAX_VALUE;
    Tensor x = floats(List.of(INFINITY, -INFINITY, 3e9, 1.5));
    double[] want = {most, Integer.MIN_VALUE, most, 1};
    assertIs(DType.INT32, want, 0, Ops.saturateCast(x, "int32"));
    assertIs(
        DType.UINT32,
        new double[] {4294967295.0, 0},
        0,
        Ops.saturateCast(floats(List.of(INFINITY, -1)), "uint32"));
  }

  @Test
  void aBlockMovesBackIntoAxesOfUnknownSizes() {
    Shape unknown = Shape.of(Shape.UNKNOWN, 5);
    for (List<Integer> start : List.of(List.of(3, 4), List.of(-1, -2))) {
      Tensor block = Ops.slice(
          new KerasTensor(new TensorSpec(unknown, DType.FLOAT32), "x"), start, List.of(2, 3));
      assertEquals(Shape.of(2, 3), block.shape());
    }
  }

  @Test
  void normalizedIntegersStayIntegers() {
    int[][] x = {{1, 2, 30}};
    assertIs(DType.INT32, new double[] {0, 0, 1}, 0, Ops.layerNormalization(x, null, null));
    assertIs(DType.INT32, new double[] {0, 0, 1}, 0, Ops.rmsNormalization(x, null));
  }

  @Test
  void fractionsOfClassesDoNotCount() {
    Tensor hot = Ops.multiHot(new float[] {.5f, 2.7f, 2}, 4);
    assertIs(DType.FLOAT32, new double[] {1, 0, 1, 0}, 0, hot);
  }

  @Test
  void theHostQuantizesByTheScaleAsComputed() {
    Tensor x = Ops.cast(new float[][] {{.3f, -.77f, .5f}}, "bfloat16");
    List<Tensor> host = quantized(x, true);
    assertIs(DType.INT8, new double[] {50, -127, 83}, 0, host.get(0));
    assertIs(DType.BFLOAT16, new double[] {165}, 0, host.get(1));
    assertIs(DType.INT8, new double[] {50, -127, 82}, 0, quantized(x, false).get(0));
    List<Tensor> integers = quantized(Ops.array(new int[][] {{5, -3, 2}, {7, 1, 4}}), true);
    assertIs(DType.INT8, new double[] {127, -76, 51, 127, 18, 73}, 0, integers.get(0));
    assertIs(DType.INT32, new double[] {25, 18}, 0, integers.get(1));
  }

  private static List<Tensor> quantized(Tensor x, boolean host) {
    return QuantizerOps.absMaxQuantize(x, -1, List.of(-127, 127), "int8", 1e-7, host);
  }

  @Test
  void complexNumbersHaveNoLargest() {
    Tensor z = Ops.cast(floats(List.of(1, 2)), "complex64");
    for (String reduction : List.of("max", "min")) {
      IllegalArgumentException e = assertThrows(
          IllegalArgumentException.class,
          () -> Ops.scatterUpdate(z, new int[][] {{0}}, new float[] {3}, reduction));
      assertTrue(e.getMessage().contains("have an order"), e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> Ops.segmentMax(z, new int[] {0, 0}, 1));
  }
}
