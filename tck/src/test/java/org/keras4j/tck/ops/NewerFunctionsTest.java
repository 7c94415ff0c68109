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
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.Ops;
import org.keras4j.ops.QuantizerOps;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.RandomOps;

/** Functions that Keras 3.16 adds to 3.15; the numbers of powers are NumPy's. */
class NewerFunctionsTest {
  private static void near(double[] expected, Tensor t) {
    assertArrayEquals(expected, Ops.cast(t, "float32").toNDArray().toDoubleArray(), 1e-4);
  }

  private static String said(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }

  @Test
  void columnsAreStacked() {
    Tensor t = Ops.columnStack(List.of(new int[] {1, 2}, new double[] {3.5, 4}));
    near(new double[] {1, 3.5, 2, 4}, t);
    near(new double[] {1, 5, 6, 2, 7, 8}, Ops.columnStack(List.of(new int[] {1, 2}, new int[][] {
      {5, 6}, {7, 8}
    })));
    Tensor blocks = Ops.columnStack(List.of(new float[2][3][4], new float[2][1][4]));
    assertEquals(Shape.of(2, 4, 4), blocks.shape());
    assertTrue(said(() -> Ops.columnStack(List.of(1, 2))).startsWith("ops.column_stack: "));
    assertTrue(said(() -> Ops.columnStack(List.of(new int[2], new int[3])))
        .startsWith("ops.column_stack: "));
  }

  @Test
  void powersOfMatrices() {
    double[][] a = {{1, 2}, {3, 4}};
    near(new double[] {37, 54, 81, 118}, Ops.matrixPower(a, 3));
    near(new double[] {1069, 1558, 2337, 3406}, Ops.Linalg.matrixPower(a, 5));
    near(new double[] {1, 0, 0, 1}, Ops.matrixPower(a, 0));
    near(new double[] {-2, 1, 1.5, -0.5}, Ops.matrixPower(a, -1));
    near(new double[] {5.5, -2.5, -3.75, 1.75}, Ops.matrixPower(a, -2));
    Tensor whole = Ops.matrixPower(new int[][][] {{{1, 2}, {3, 4}}, {{0, 1}, {1, 0}}}, 5);
    assertEquals(DType.INT32, whole.dtype());
    near(new double[] {1069, 1558, 2337, 3406, 0, 1, 1, 0}, whole);
    String message = said(() -> Ops.matrixPower(new float[2][3], 2));
    assertEquals(
        "ops.matrix_power: expected square matrices (..., n, n), got shape (2, 3)", message);
  }

  /** What was cut is put together again: with and without padding, a batch, channels first, volumes. */
  @Test
  void patchesBecomeImages() {
    Tensor images = RandomOps.uniform(Shape.of(2, 5, 7, 3), 0, 1, null, 1);
    Tensor patches =
        Ops.Image.extractPatches(images, List.of(2, 3), null, 1, "same", "channels_last");
    List<Integer> size = List.of(2, 3);
    Tensor again =
        Ops.Image.reconstructPatches(patches, size, List.of(5, 7), null, "same", "channels_last");
    assertEquals(images.toNDArray(), again.toNDArray());
    Tensor one = Ops.getItem(images, 0);
    assertEquals(
        Ops.getItem(again, 0).toNDArray(),
        Ops.Image.reconstructPatches(
                Ops.Image.extractPatches(one, size, null, 1, "same", null),
                size,
                new int[] {5, 7},
                size,
                "same",
                null)
            .toNDArray());
    Tensor first = Ops.transpose(Ops.getItem(images, 1), 2, 0, 1);
    Tensor cut = Ops.Image.extractPatches(first, 1, null, 1, "valid", "channels_first");
    assertEquals(
        first.toNDArray(),
        Ops.Image.reconstructPatches(cut, 1, List.of(5, 7), 1, "valid", "channels_first")
            .toNDArray());
    Tensor volumes = RandomOps.uniform(Shape.of(2, 4, 2, 6, 3), 0, 1, null, 2);
    Tensor blocks = Ops.Image.extractPatches3d(volumes, List.of(2, 1, 3));
    assertEquals(
        volumes.toNDArray(),
        Ops.Image.reconstructPatches(blocks, List.of(2, 1, 3), List.of(4, 2, 6)).toNDArray());
  }

  @Test
  void patchesOfUnknownNumbers() {
    KerasTensor patches =
        new KerasTensor(new TensorSpec(Shape.of(-1, -1, 2, 12), DType.FLOAT32), "patches");
    Tensor images =
        Ops.Image.reconstructPatches(patches, 2, List.of(5, 4), null, "same", "channels_last");
    assertEquals(Shape.of(-1, 5, 4, 3), images.shape());
  }

  @Test
  void patchesThatDoNotFit() {
    float[][][] patches = new float[2][2][12];
    assertEquals(
        "ops.image.reconstruct_patches: patches that overlap or leave gaps cannot be joined:"
            + " strides 1, size 2",
        said(() -> Ops.Image.reconstructPatches(patches, 2, List.of(4, 4), 1, "valid", null)));
    assertTrue(said(() -> Ops.Image.reconstructPatches(patches, 2, List.of(3, 4)))
        .contains("cover 4 places of axis 0"));
    assertTrue(
        said(() -> Ops.Image.reconstructPatches(patches, 2, List.of(2, 4), null, "same", null))
            .contains("output_size of 2"));
    assertTrue(said(() -> Ops.Image.reconstructPatches(patches, 5, List.of(10, 10)))
        .contains("that 25 divides"));
  }

  @Test
  void bits() {
    int[] x = {0, 1, -1, 12, Integer.MIN_VALUE};
    assertEquals(NDArray.of(new int[] {0, 1, 1, 2, 1}, 5), Ops.bitwiseCount(x).toNDArray());
    assertEquals(
        NDArray.of(new int[] {32, 31, 0, 28, 0}, 5), Ops.countLeadingZeros(x).toNDArray());
    assertEquals(
        "ops.count_leading_zeros: got [float32(1,)], expected integers",
        said(() -> Ops.countLeadingZeros(new float[1])));
  }

  @Test
  void fewerBitsOfFloats() {
    float[] x = {1.0009765625f, 1e30f, -3, 0.1f};
    NDArray half =
        NDArray.of(new float[] {1.0009765625f, Float.POSITIVE_INFINITY, -3, 0.0999755859375f}, 4);
    assertEquals(half, Ops.reducePrecision(x, 5, 10).toNDArray());
    assertEquals(NDArray.of(x, 4), Ops.reducePrecision(x, 8, 23).toNDArray());
    // the gradient is rounded as the value is
    Tensor g = Grad.valueAndGrad(
            t -> Ops.sum(Ops.multiply(Ops.reducePrecision(t, 5, 2), 1.1f)), Ops.convertToTensor(x))
        .grads()
        .get(0);
    assertEquals(NDArray.of(new float[] {1, 1, 1, 1}, 4), g.toNDArray());
    assertTrue(said(() -> Ops.reducePrecision(x, 0, 10)).contains("at least one bit of exponent"));
  }

  /** The bytes are those of Keras 3.16 for the same integers. */
  @Test
  void integersOfTwoBitsAndThreeValuesArePacked() {
    NDArray two = NDArray.of(new int[] {-2, 1, 0, -1, 1, -2, 0, 1, -1, 0}, 5, 2).astype(DType.INT8);
    List<Object> p = QuantizerOps.packInt2(two);
    near(new double[] {18, 109, 3, 0}, (Tensor) p.get(0));
    assertEquals(Shape.of(2, 2), p.get(1));
    assertEquals(two, QuantizerOps.unpackInt2(p.get(0), (int) p.get(2)).toNDArray());
    NDArray across =
        NDArray.of(new int[] {-2, 1, 0, -1, 1, -2, 0, 1, -1, 0}, 2, 5).astype(DType.INT8);
    p = QuantizerOps.packInt2(across, 1, "int8");
    near(new double[] {-58, 1, -46, 0}, (Tensor) p.get(0));
    assertEquals(across, QuantizerOps.unpackInt2(p.get(0), 5, 1, "int8").toNDArray());
    NDArray whole = NDArray.of(new int[] {3, 0, 2, 1, 3}, 5).astype(DType.UINT8);
    p = QuantizerOps.packInt2(whole, 0, "uint8");
    near(new double[] {0x63, 3}, (Tensor) p.get(0));
    assertEquals(whole, QuantizerOps.unpackInt2(p.get(0), 5, 0, "uint8").toNDArray());
    assertTrue(said(() -> QuantizerOps.packInt2(whole)).startsWith("quantizers.pack_int2: "));

    NDArray three =
        NDArray.of(new int[] {1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0}, 6, 2).astype(DType.INT8);
    p = QuantizerOps.packTernary(three);
    assertEquals(DType.UINT8, ((Tensor) p.get(0)).dtype());
    // 1, 0, -1, 1, 0 is 2 + 3 + 0 + 2 * 27 + 81; a last 1 is filled up with zeros, whose digit is 1
    near(new double[] {140, 69, 122, 121}, (Tensor) p.get(0));
    assertEquals(three, QuantizerOps.unpackTernary(p.get(0), 6).toNDArray());
    near(new double[] {241}, (Tensor)
        QuantizerOps.packTernary(new double[] {0.2, 1.6, 1, 5, 0.9}).get(0));
  }
}
