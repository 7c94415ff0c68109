package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

class ReduceGradientTest {
  @ParameterizedTest
  @EnumSource(
      value = ReduceKind.class,
      names = {"SUM", "PROD", "MAX", "MIN"})
  void reduce(ReduceKind kind) {
    check(in -> List.of(Prims.reduce(kind, Prims.square(in.get(0)), 1)), random(1, 2, 3, 2));
    check(in -> List.of(Prims.reduce(kind, Prims.exp(in.get(0)), 2, 0)), random(1, 2, 2, 3));
    check(in -> List.of(Prims.reduce(kind, Prims.exp(in.get(0)), 0)), random(1, 1));
  }

  @Test
  void prodWithZeros() {
    check(
        in -> List.of(Prims.reduce(ReduceKind.PROD, in.get(0), 0)),
        NDArray.of(new double[] {2, 0, 3, 0, 1, 0, 0, 5, 7}, 3, 3));
  }

  @Test
  void tiesShare() {
    Tensor x = Engine.constant(NDArray.of(new double[] {3, 1, 3, 3}, 4));
    double third = 1.0 / 3;
    assertArrayEquals(
        new double[] {third, 0, third, third},
        Grad.valueAndGrad(t -> Prims.reduce(ReduceKind.MAX, t, 0), x)
            .grads()
            .get(0)
            .toNDArray()
            .toDoubleArray());
  }

  @ParameterizedTest
  @EnumSource(CumulativeKind.class)
  void cumulative(CumulativeKind kind) {
    for (boolean reverse : new boolean[] {false, true}) {
      check(
          in -> List.of(Prims.cumulative(kind, Prims.square(in.get(0)), 1, reverse)),
          random(1, 2, 5));
      check(
          in -> List.of(Prims.cumulative(kind, Prims.exp(in.get(0)), 0, reverse)), random(1, 4, 2));
    }
  }

  @Test
  void cumulativeProdWithZeros() {
    check(
        in -> List.of(Prims.cumulative(CumulativeKind.PROD, in.get(0), 0, false)),
        NDArray.of(new double[] {2, 0, 3, 0, 1}, 5));
  }

  private static LongList l(long... v) {
    return LongList.of(v);
  }

  @ParameterizedTest
  @EnumSource(WindowKind.class)
  void reduceWindow(WindowKind kind) {
    Window[] windows = {
      new Window(l(1, 2, 2, 1), l(1, 2, 2, 1), l(1, 1, 1, 1), l(0, 0, 0, 0), l(0, 0, 0, 0)),
      new Window(l(1, 3, 2, 1), l(1, 2, 1, 1), l(1, 1, 2, 1), l(0, 1, 0, 0), l(0, 1, 1, 0)),
      new Window(l(1, 2, 3, 1), l(1, 3, 2, 1), l(1, 1, 1, 1), l(0, 0, 1, 0), l(0, 1, 0, 0)),
    };
    for (Window w : windows) {
      check(
          in -> List.of(Engine.bind1(new ReduceWindow(kind, w), Prims.square(in.get(0)))),
          random(1, 2, 4, 5, 2));
    }
  }
}
