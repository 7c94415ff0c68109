package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.Index;

/** Indexing by NumPy's rules. */
class SubscriptTest {
  // x[i, j, k] = 100 i + 10 j + k
  private static Tensor x() {
    Shape s = Shape.of(2, 3, 4);
    Tensor i = Prims.mul(Prims.iota(s, 0, DType.INT32), 100);
    Tensor j = Prims.mul(Prims.iota(s, 1, DType.INT32), 10);
    return Prims.add(Prims.add(i, j), Prims.iota(s, 2, DType.INT32));
  }

  private static void check(Tensor got, long[] shape, int... values) {
    assertEquals(Shape.of(shape), got.shape());
    assertArrayEquals(values, got.toNDArray().toIntArray());
  }

  private static long[] s(long... dims) {
    return dims;
  }

  @Test
  void integersAndSlices() {
    check(Ops.getItem(x(), 1, -1, 2), s(), 122);
    check(Ops.getItem(x(), Index.ELLIPSIS, 3), s(2, 3), 3, 13, 23, 103, 113, 123);
    check(Ops.getItem(x(), 0, Index.range(null, null, -2), 0), s(2), 20, 0);
    check(Ops.getItem(x(), 1, Index.NEW_AXIS, 0, Index.range(-2, null)), s(1, 2), 102, 103);
  }

  @Test
  void severalIndexTensorsPickTogether() {
    check(Ops.getItem(x(), new int[] {0, 1}, new int[] {2, -1}, 1), s(2), 21, 121);
    check(
        Ops.getItem(x(), 1, new int[][] {{0}, {2}}, new int[] {1, 3}), s(2, 2), 101, 103, 121, 123);
    // adjoining picks stay in place, others come first
    check(
        Ops.getItem(x(), Index.ALL, new int[] {0, 2}, new int[] {3, 1}), s(2, 2), 3, 21, 103, 121);
    check(
        Ops.getItem(x(), new int[] {0, 1}, Index.range(0, 2), new int[] {3, 1}),
        s(2, 2),
        3,
        13,
        101,
        111);
  }

  @Test
  void masks() {
    check(Ops.getItem(x(), 0, new boolean[] {true, false, true}, 1), s(2), 1, 21);
    check(Ops.getItem(x(), Ops.greater(x(), 121)), s(2), 122, 123);
  }

  @Test
  void wrongKeys() {
    assertThrows(IllegalArgumentException.class, () -> Ops.getItem(x(), 2));
    assertThrows(IllegalArgumentException.class, () -> Ops.getItem(x(), 0, 0, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Ops.getItem(x(), Arrays.asList(Index.ELLIPSIS, Index.ELLIPSIS)));
  }

  @Test
  void gradients() {
    GradientCheck.check(
        in -> List.of(Ops.getItem(
            Ops.square(in.get(0)), new int[] {0, 1, 0}, Index.ALL, new int[] {1, 0, 1})),
        GradientCheck.random(1, 2, 2, 3));
  }
}
