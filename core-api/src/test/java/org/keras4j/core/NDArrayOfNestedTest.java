package org.keras4j.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class NDArrayOfNestedTest {
  @Test
  void rowsOfNumbersKeepTheirType() {
    assertEquals(NDArray.of(new float[] {1, 2, 3, 4}, 2, 2), NDArray.from(new float[][] {
      {1, 2}, {3, 4}
    }));
    assertEquals(NDArray.of(new double[] {1, 2, 3, 4}, 2, 1, 2), NDArray.from(new double[][][] {
      {{1, 2}}, {{3, 4}}
    }));
    assertEquals(NDArray.of(new int[] {1, -2}, 1, 2), NDArray.from(List.of(new int[] {1, -2})));
    assertEquals(NDArray.of(new long[] {1L << 40}), NDArray.from(new long[] {1L << 40}));
    assertEquals(DType.INT8, NDArray.from(new byte[][] {{1}, {-1}}).dtype());
    assertEquals(DType.INT16, NDArray.from(new short[] {1}).dtype());
    assertEquals(
        NDArray.of(new boolean[] {true, false}, 2, 1),
        NDArray.from(new boolean[][] {{true}, {false}}));
    assertArrayEquals(new int[] {97, 98}, NDArray.from(new char[] {'a', 'b'}).toIntArray());
  }

  @Test
  void aRowOfAnotherTypeIsConverted() {
    assertEquals(
        NDArray.of(new float[] {1, 2, 3, 4}, 2, 2),
        NDArray.from(List.of(new float[] {1, 2}, new int[] {3, 4})));
  }

  @Test
  void objectsTakeTheWidestTypeOfThem() {
    assertEquals(
        NDArray.of(new float[] {1, 2.5f, 1, 0}, 2, 2),
        NDArray.from(List.of(List.of(1, 2.5), new Object[] {true, false})));
    assertEquals(DType.INT32, NDArray.from(List.of(true, 3)).dtype());
    assertEquals(Shape.of(2, 0), NDArray.from(List.of(List.of(), List.of())).shape());
    assertEquals("b", NDArray.from(new String[][] {{"a"}, {"b"}}).getString(1));
  }

  @Test
  void whatIsNoArrayIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> NDArray.from(new float[][] {{1, 2}, {3}}));
    assertThrows(IllegalArgumentException.class, () -> NDArray.from(new float[][] {{1, 2}, null}));
    assertThrows(IllegalArgumentException.class, () -> NDArray.from(List.of(List.of(1), 2)));
    assertThrows(IllegalArgumentException.class, () -> NDArray.from(List.of("a", 1)));
    assertThrows(IllegalArgumentException.class, () -> NDArray.from(new Object()));
  }
}
