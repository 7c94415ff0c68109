package org.keras4j.tck.autodiff;

import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Barrier;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.DynamicSlice;
import org.keras4j.core.primitive.DynamicUpdateSlice;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Each function squares first, so that the second order is not zero. */
class ShapeGradientTest {
  private static Tensor sq(Tensor x) {
    return Prims.square(x);
  }

  @Test
  void reshape() {
    check(in -> List.of(Prims.reshape(sq(in.get(0)), 3, 2)), random(1, 2, 3));
  }

  @Test
  void broadcastInDim() {
    check(
        in -> List.of(Engine.bind1(
            new BroadcastInDim(Shape.of(4, 2, 2, 3), IntList.of(1, 3)), sq(in.get(0)))),
        random(1, 2, 3));
    check(
        in -> List.of(
            Engine.bind1(new BroadcastInDim(Shape.of(2, 2, 3), IntList.of(0, 2)), sq(in.get(0)))),
        random(1, 1, 3));
  }

  @Test
  void transpose() {
    check(in -> List.of(Prims.transpose(sq(in.get(0)), 2, 0, 1)), random(1, 2, 3, 2));
  }

  @Test
  void reverse() {
    check(in -> List.of(Prims.reverse(sq(in.get(0)), 0, 2)), random(1, 2, 3, 2));
  }

  @Test
  void slice() {
    check(
        in -> List.of(
            Prims.slice(sq(in.get(0)), new long[] {1, 0}, new long[] {6, 5}, new long[] {2, 3})),
        random(1, 7, 5));
    check(in -> List.of(Prims.slice(sq(in.get(0)), 0, 2, 2)), random(1, 3, 2));
  }

  @Test
  void pad() {
    check(
        in -> List.of(Engine.bind1(
            new Pad(LongList.of(1, -1), LongList.of(-2, 2), LongList.of(2, 1)),
            sq(in.get(0)),
            Prims.reshape(sq(in.get(1))))),
        random(1, 3, 4),
        random(2, 1));
  }

  @Test
  void concatenate() {
    check(
        in -> List.of(Prims.concat(List.of(sq(in.get(0)), in.get(1), sq(in.get(0))), 1)),
        random(1, 2, 3),
        random(2, 2, 1));
  }

  @Test
  void dynamicSlice() {
    Tensor start = Engine.constant(NDArray.of(new int[] {1, 9}, 2));
    check(
        in -> List.of(Engine.bind1(new DynamicSlice(LongList.of(2, 2)), sq(in.get(0)), start)),
        random(1, 4, 5));
  }

  @Test
  void dynamicUpdateSlice() {
    Tensor start = Engine.constant(NDArray.of(new int[] {1, 9}, 2));
    check(
        in -> List.of(Engine.bind1(new DynamicUpdateSlice(), sq(in.get(0)), sq(in.get(1)), start)),
        random(1, 4, 5),
        random(2, 2, 2));
  }

  @Test
  void barrier() {
    check(
        in -> Engine.bind(new Barrier(), List.of(sq(in.get(0)), Prims.exp(in.get(1)))),
        random(1, 2),
        random(2, 3));
  }
}
