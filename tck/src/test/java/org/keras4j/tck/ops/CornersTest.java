package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
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
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.types.Index;

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

  @Test
  void convolutionsOfIntegersStayIntegers() {
    try (TensorScope scope = new TensorScope()) {
      // sums of 200 wrap in a byte, sums of 2^24 + 1 would be rounded in float32
      NDArray bytes = NDArray.of(new int[] {100, 100, 1, 1}, 1, 4, 1).astype(DType.INT8);
      NDArray pair = NDArray.of(new int[] {1, 1}, 2, 1, 1).astype(DType.INT8);
      assertIs(DType.INT8, new double[] {-56, 101, 2}, 0, Ops.conv(bytes, pair));
      NDArray large = NDArray.of(new int[] {1 << 24, 1, 1, 0}, 1, 4, 1);
      NDArray ones = NDArray.of(new int[] {1, 1}, 2, 1, 1);
      double[] sums = {(1 << 24) + 1, 2, 1};
      assertIs(DType.INT32, sums, 0, Ops.conv(large, ones));
      assertIs(DType.INT32, sums, 0, (Tensor) Jit.of(x -> Ops.conv(x, ones)).call(large));
      assertIs(DType.INT32, sums, 0, Ops.depthwiseConv(large, ones));
      NDArray point = NDArray.of(new int[] {3}, 1, 1, 1);
      double[] thrice = {3 * sums[0], 6, 3};
      assertIs(DType.INT32, thrice, 0, Ops.separableConv(large, ones, point));
      double[] spread = {1 << 24, sums[0], 2, 1, 0};
      assertIs(DType.INT32, spread, 0, Ops.convTranspose(large, ones, 1));
      assertIs(DType.FLOAT32, sums, 2, Ops.conv(Ops.cast(large, "float32"), ones));
    }
  }

  @Test
  void aNumberWithAnImaginaryPartIsNoClass() {
    NDArray z = NDArray.zeros(DType.COMPLEX64, Shape.of(2));
    z.setComplex(0, 1, 0);
    z.setComplex(1, 2, 1);
    assertIs(DType.FLOAT32, new double[] {0, 1, 0, 0, 0, 0}, 0, Ops.oneHot(z, 3));
  }

  @Test
  void partsOfComplexNumbersBecomeFinite() {
    NDArray z = NDArray.zeros(DType.COMPLEX64, Shape.of(2));
    z.setComplex(0, INFINITY, Double.NaN);
    z.setComplex(1, 3, -INFINITY);
    Tensor y = Ops.nanToNum(z);
    assertIs(DType.FLOAT32, new double[] {Float.MAX_VALUE, 3}, 0, Ops.real(y));
    assertIs(DType.FLOAT32, new double[] {0, -Float.MAX_VALUE}, 0, Ops.imag(y));
    Tensor named = Ops.nanToNum(z, 1.0, 2.0, -2.0);
    assertIs(DType.FLOAT32, new double[] {2, 3}, 0, Ops.real(named));
    assertIs(DType.FLOAT32, new double[] {1, -2}, 0, Ops.imag(named));
  }

  @Test
  void aSingleBoolPicksAllOrNothing() {
    float[][] x = {{1, 2}, {3, 4}};
    double[] all = {1, 2, 3, 4};
    for (Object yes : List.of(true, Ops.cast(1, "bool"))) {
      Tensor t = Ops.getItem(x, yes);
      assertEquals(Shape.of(1, 2, 2), t.shape());
      assertIs(DType.FLOAT32, all, 0, t);
      assertEquals(Shape.of(2, 1, 2), Ops.getItem(x, Index.ALL, yes).shape());
    }
    assertEquals(Shape.of(0, 2, 2), Ops.getItem(x, false).shape());
    assertEquals(Shape.of(1, 0, 2, 2), Ops.getItem(x, Index.NEW_AXIS, false).shape());
    for (Object beside : List.of(1, true, new int[] {0})) {
      String said = assertThrows(IllegalArgumentException.class, () -> Ops.getItem(x, true, beside))
          .getMessage();
      assertTrue(said.contains("single bool"), said);
    }
  }

  @Test
  void whereTellsTheIndices() {
    boolean[][] c = {{true, false}, {false, true}};
    int[][] numbers = {{7, 0}, {0, -1}};
    float[][] floats = {{Float.NaN, 0}, {-0f, 1}};
    for (Object condition : List.of(c, numbers, floats)) {
      List<Tensor> at = Ops.where(condition);
      assertEquals(2, at.size());
      assertIs(DType.INT32, new double[] {0, 1}, 0, at.get(0));
      assertIs(DType.INT32, new double[] {0, 1}, 0, at.get(1));
    }
    assertEquals(Shape.of(0), Ops.where(new boolean[] {false, false}).get(0).shape());
    try (TensorScope scope = new TensorScope()) {
      List<?> at = (List<?>) Jit.of(x -> Ops.where(x)).call(Ops.array(c));
      assertIs(DType.INT32, new double[] {0, 1}, 0, (Tensor) at.get(0));
      assertIs(DType.INT32, new double[] {0, 1}, 0, (Tensor) at.get(1));
    }
    List<Tensor> of =
        Ops.where(new KerasTensor(new TensorSpec(Shape.of(Shape.UNKNOWN, 2), DType.BOOL), "c"));
    assertEquals(2, of.size());
    assertEquals(Shape.of(Shape.UNKNOWN), of.get(0).shape());
    for (List<?> one : List.of(Arrays.asList(1.0, null), Arrays.asList(null, 1.0))) {
      KerasTensor symbolic = new KerasTensor(new TensorSpec(Shape.of(2, 2), DType.BOOL), "c");
      for (Object condition : List.of(c, symbolic)) {
        String said = assertThrows(
                IllegalArgumentException.class, () -> Ops.where(condition, one.get(0), one.get(1)))
            .getMessage();
        assertTrue(said.startsWith("ops.where: ") && said.contains("both"), said);
      }
    }
  }

  @Test
  void spacedHalvesAreFormedAsHalves() {
    try (TensorScope scope = new TensorScope()) {
      for (String dtype : List.of("bfloat16", "float16")) {
        boolean b = dtype.equals("bfloat16");
        List<Tensor> ends = List.of(Ops.cast(0.3, dtype), Ops.cast(1.7, dtype));
        for (boolean compiled : new boolean[] {false, true}) {
          UnaryOperator<Object> f = in -> Grad.valueAndGrad(
                  (List<Tensor> e) -> {
                    Tensor y =
                        Ops.cast(Ops.logspace(e.get(0), e.get(1), 5, true, 10, null, 0), "float32");
                    return List.of(Ops.sum(Ops.multiply(y, new float[] {1, 2, 3, 4, 5})));
                  },
                  ends,
                  List.of())
              .grads();
          List<?> slopes = (List<?>) (compiled ? Jit.of(f).call(0) : f.apply(0));
          DType d = DType.of(dtype);
          double unit = b ? 0 : 0.0625; // a power of halves is rounded otherwise
          assertIs(d, new double[] {b ? 107 : 106.25}, unit, (Tensor) slopes.get(0));
          assertIs(d, new double[] {b ? 776 : 772}, 8 * unit, (Tensor) slopes.get(1));
        }
      }
    }
  }

  @Test
  void eigenvectorsHaveTheFormOfLapack() {
    double[] entries = new double[2 * 3 * 3];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = Math.sin(1 + 5 * i);
    }
    NDArray real = NDArray.of(entries, 2, 3, 3).astype(DType.FLOAT32);
    NDArray complex = NDArray.zeros(DType.COMPLEX64, real.shape());
    for (int i = 0; i < entries.length; i++) {
      complex.setComplex(i, entries[i], Math.cos(3 * i));
    }
    NDArray turn = NDArray.of(new float[] {0, -1, 0, 1, 0, 0, 0, 0, 2}, 1, 3, 3);
    try (TensorScope scope = new TensorScope()) {
      for (NDArray a : List.of(real, complex, turn)) {
        for (boolean compiled : new boolean[] {false, true}) {
          List<?> r = compiled ? (List<?>) Jit.of(x -> Ops.eig(x)).call(a) : Ops.eig(a);
          Tensor values = (Tensor) r.get(0);
          Tensor vectors = (Tensor) r.get(1);
          Tensor off = Ops.subtract(
              Ops.matmul(Ops.cast(a, "complex64"), vectors),
              Ops.multiply(vectors, Ops.expandDims(values, -2)));
          assertEquals(0, Ops.max(Ops.abs(off)).item(), 1e-5);
          Tensor lengths = Ops.sum(Ops.square(Ops.abs(vectors)), -2);
          assertEquals(0, Ops.max(Ops.abs(Ops.subtract(lengths, 1))).item(), 1e-5);
          Tensor largest = Ops.argmax(Ops.abs(vectors), -2, true);
          Tensor imaginary = Ops.takeAlongAxis(Ops.imag(vectors), largest, -2);
          assertEquals(0, Ops.max(Ops.abs(imaginary)).item(), 1e-6);
        }
      }
    }
    assertEquals(Shape.of(0, 0), Ops.eig(Ops.zeros(Shape.of(0, 0))).get(1).shape());
  }

  /** Compilers that move a monotonic function behind a maximum must not lose the shape of its result. */
  @Test
  void extremesOfMonotonicFunctionsAreStretchedBack() {
    Tensor x = floats(new double[] {0.5, -1.5, 2});
    List<UnaryOperator<Tensor>> functions = List.of(
        Ops::negative, Ops::exp, Ops::tanh, Ops::relu, Ops::sigmoid, t -> Ops.sqrt(Ops.abs(t)));
    for (UnaryOperator<Tensor> f : functions) {
      for (UnaryOperator<Tensor> fold : List.<UnaryOperator<Tensor>>of(Ops::max, Ops::min)) {
        UnaryOperator<Tensor> whole = t -> Ops.broadcastTo(fold.apply(f.apply(t)), x.shape());
        Jit jit = Jit.of(in -> whole.apply((Tensor) in));
        assertEquals(whole.apply(x).toNDArray(), ((Tensor) jit.call(x)).toNDArray());
      }
    }
  }

  /** The same of windows. */
  @Test
  void largestOfMonotonicFunctionsInWindowsAreStretchedBack() {
    Tensor x = Ops.reshape(floats(new double[] {0.5, -1.5, 2, 1}), Shape.of(1, 2, 2, 1));
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(Ops::relu, Ops::exp, Ops::tanh, Ops::sigmoid)) {
      UnaryOperator<Tensor> whole = t -> Ops.broadcastTo(Ops.maxPool(f.apply(t), 2), x.shape());
      Jit jit = Jit.of(in -> whole.apply((Tensor) in));
      assertEquals(whole.apply(x).toNDArray(), ((Tensor) jit.call(x)).toNDArray());
    }
  }
}
