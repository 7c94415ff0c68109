package org.keras4j.tck.autodiff;

import static org.keras4j.tck.autodiff.GradientCheck.between;
import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.Take;
import org.keras4j.core.primitive.TopK;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

class IndexGradientTest {
  private static Tensor ints(int[] v, long... dims) {
    return Engine.constant(NDArray.of(v, dims));
  }

  private static Tensor sq(Tensor x) {
    return Prims.square(x);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void take(int axis) {
    Tensor i = ints(new int[] {2, 0, 2, 1, 7, -1}, 3, 2);
    check(in -> List.of(Prims.take(sq(in.get(0)), i, axis)), random(1, 3, 3, 3));
  }

  @Test
  void takeOneScalar() {
    check(in -> List.of(Prims.take(sq(in.get(0)), ints(new int[] {1}), 1)), random(1, 2, 3));
  }

  @Test
  void takeFill() {
    // what is out of bounds gives NaN, which is selected away
    Tensor i = ints(new int[] {2, 9, 0}, 3);
    Tensor inside = Engine.constant(NDArray.of(new boolean[] {true, false, true}, 3));
    check(
        in -> List.of(Prims.select(
            inside,
            Engine.bind1(new Take(0, Take.OutOfBounds.FILL), sq(in.get(0)), i),
            Prims.scalarLike(in.get(0), 0))),
        random(1, 3));
  }

  @Test
  void gatherNd() {
    Tensor i = ints(new int[] {0, 1, 1, 0, 0, 1, 5, -2}, 4, 2);
    check(in -> List.of(Prims.gatherNd(sq(in.get(0)), i, 0)), random(1, 2, 3, 2));
    Tensor b = ints(new int[] {0, 2, 2, 1}, 2, 2, 1);
    check(in -> List.of(Prims.gatherNd(sq(in.get(0)), b, 1)), random(1, 2, 3, 2));
  }

  @ParameterizedTest
  @EnumSource(ScatterKind.class)
  void scatterNd(ScatterKind kind) {
    // one place twice, one out of bounds
    Tensor i = ints(new int[] {1, 3, 1, 9, 0}, 5, 1);
    check(
        in -> List.of(Prims.scatterNd(kind, sq(in.get(0)), i, sq(in.get(1)))),
        between(0.5, 1.5, 1, 4, 2),
        between(0.6, 1.6, 2, 5, 2));
    Tensor tuples = ints(new int[] {1, 1, 0, 2}, 2, 2);
    check(
        in -> List.of(Prims.scatterNd(kind, sq(in.get(0)), tuples, sq(in.get(1)))),
        between(0.5, 1.5, 1, 2, 3),
        between(0.6, 1.6, 2, 2));
  }

  @Test
  void scatterMulWithZeros() {
    Tensor i = ints(new int[] {1, 1, 0, 2, 2}, 5, 1);
    GradientCheck.first(
        in -> List.of(Prims.scatterNd(ScatterKind.MUL, in.get(0), i, in.get(1))),
        random(1, 3),
        NDArray.of(new double[] {0, 2, 0, 0, 0}, 5));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sort(boolean descending) {
    check(
        in -> Engine.bind(new Sort(1, descending), List.of(sq(in.get(0)), Prims.exp(in.get(1)))),
        random(1, 2, 4, 2),
        random(2, 2, 4, 2));
  }

  @Test
  void topK() {
    check(in -> Engine.bind(new TopK(2), List.of(sq(in.get(0)))), random(1, 2, 2, 4));
    check(in -> Engine.bind(new TopK(3), List.of(sq(in.get(0)))), random(1, 4));
  }
}
