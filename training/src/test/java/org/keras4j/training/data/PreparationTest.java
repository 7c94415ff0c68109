package org.keras4j.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

class PreparationTest {
  @Test
  void sequencesAreFilledUpAndCut() {
    List<?> s = List.of(List.of(1), List.of(2, 3), List.of(4, 5, 6));
    assertEquals(
        NDArray.of(new int[] {0, 0, 1, 0, 2, 3, 4, 5, 6}, 3, 3), Preparation.padSequences(s));
    assertEquals(
        NDArray.of(new int[] {1, 9, 2, 3, 4, 5}, 3, 2),
        Preparation.padSequences(s, 2, "int32", "post", "post", 9));
    assertEquals(
        NDArray.of(new float[] {-1, 1, 2, 3, 5, 6}, 3, 2),
        Preparation.padSequences(s, 2, "float32", "pre", "pre", -1.0));
    int[][][] pairs = {{{1, 2}}, {{3, 4}, {5, 6}}, {}};
    assertEquals(
        NDArray.of(new int[] {1, 2, 0, 0, 3, 4, 5, 6, 0, 0, 0, 0}, 3, 2, 2),
        Preparation.padSequences(pairs, null, "int32", "post", "pre", 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Preparation.padSequences(s, 2, "int32", "before", "pre", 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Preparation.padSequences(List.of(List.of(1), List.of(List.of(1, 2)))));
  }

  @Test
  void classesBecomeVectors() {
    NDArray a = (NDArray) Preparation.toCategorical(List.of(0, 2, 1));
    assertEquals(NDArray.of(new double[] {1, 0, 0, 0, 0, 1, 0, 1, 0}, 3, 3), a);
    NDArray column = NDArray.of(new int[] {1, 0}, 2, 1);
    assertEquals(
        NDArray.of(new double[] {0, 1, 0, 1, 0, 0}, 2, 3), Preparation.toCategorical(column, 3));
    Tensor t = (Tensor) Preparation.toCategorical(Ops.array(new int[] {1}), 2);
    assertEquals(NDArray.of(new float[] {0, 1}, 1, 2), t.toNDArray());
    assertThrows(IllegalArgumentException.class, () -> Preparation.toCategorical(List.of(3), 3));
  }

  @Test
  void vectorsGetNormOne() {
    NDArray x = NDArray.of(new double[] {3, 4, 0, 0}, 2, 2);
    NDArray y = (NDArray) Preparation.normalize(x);
    assertEquals(DType.FLOAT64, y.dtype());
    assertArrayEquals(new double[] {0.6, 0.8, 0, 0}, y.toDoubleArray(), 1e-12);
    assertArrayEquals(
        new double[] {1, 1, 0, 0},
        ((NDArray) Preparation.normalize(x, 0, 1)).toDoubleArray(),
        1e-12);
  }

  // as Keras 3.15 gives, for arrays through numpy
  @Test
  void aLoneVectorBecomesAMatrix() {
    NDArray x = NDArray.of(new float[] {3, -4}, 2);
    assertEquals(
        NDArray.of(new float[] {0.75f, -1}, 1, 2),
        Preparation.normalize(x, -1, Double.POSITIVE_INFINITY));
    assertEquals(NDArray.of(new float[] {1.5f, -2}, 1, 2), Preparation.normalize(x, 0, 0));
    Tensor t = (Tensor) Preparation.normalize(List.of(3, 4), -1, 1);
    assertEquals(Shape.of(2), t.shape());
  }

  @Test
  void batchesArePackedAndUnpacked() {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(2));
    assertEquals(x, Preparation.packXYSampleWeight(x, null, null));
    assertEquals(List.of(List.of(x)), Preparation.packXYSampleWeight(List.of(x), null, null));
    assertEquals(List.of(x, x), Preparation.packXYSampleWeight(x, x, null));
    assertEquals(Arrays.asList(x, x, null), Preparation.unpackXYSampleWeight(List.of(x, x)));
    assertEquals(Arrays.asList(x, null, null), Preparation.unpackXYSampleWeight(x));
    assertThrows(
        IllegalArgumentException.class,
        () -> Preparation.unpackXYSampleWeight(List.of(x, x, x, x)));
  }

  // as numpy 2 gives through Keras 3.15
  @Test
  void padsStrings() {
    List<Object> s = List.of(List.of("a", "bcde"), List.of("x"), List.of("p", "q", "r", "s"));
    assertEquals(
        List.of("lon", "a", "bcd", "lon", "lon", "x", "q", "r", "s"),
        strings(Preparation.padSequences(s, 3, "<U3", "pre", "pre", "longer")));
    assertEquals(
        List.of("a", "b", "0", "x", "0", "0", "p", "q", "r"),
        strings(Preparation.padSequences(s, 3, "str", "post", "post", 0)));
    assertEquals(
        List.of("lon", "a", "bcd", "lon", "lon", "x", "q", "r", "s"),
        strings(Preparation.padSequences(s, 3, "S3", "pre", "pre", "longer")));
    assertEquals(
        List.of("a", "b", "z", "x", "z", "z", "p", "q", "r"),
        strings(Preparation.padSequences(s, 3, "bytes", "post", "post", "zz")));
    assertEquals(
        List.of("", "", "a", "bcde", "", "", "", "x", "p", "q", "r", "s"),
        strings(Preparation.padSequences(s, null, "string", "pre", "pre", "")));
    assertEquals(
        List.of("1", "2", "x", "3"),
        strings(Preparation.padSequences(
            List.of(List.of(1, 2), List.of(3)), null, "U3", "pre", "pre", "x")));
    assertThrows(
        IllegalArgumentException.class,
        () -> Preparation.padSequences(s, 3, "int32", "pre", "pre", "zz"));
  }

  private static List<String> strings(NDArray a) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      out.add(a.getString(i));
    }
    return out;
  }
}
