package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keras4j.tck.autodiff.GradientCheck.between;
import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.types.Scanned;

class ControlGradientTest {
  @ParameterizedTest
  @ValueSource(doubles = {1, -1})
  void cond(double sign) {
    check(
        in -> List.of(Ops.<Tensor>cond(
            Ops.greater(in.get(0), 0),
            () -> Ops.multiply(Ops.square(in.get(0)), in.get(1)),
            () -> Ops.exp(Ops.multiply(in.get(0), in.get(1))))),
        NDArray.of(new double[] {sign}, 1),
        random(2, 3));
  }

  @Test
  void switchCase() {
    for (int i = 0; i < 3; i++) {
      Tensor index = Engine.constant(NDArray.scalar(DType.INT32, (long) i));
      check(
          in -> List.of(Ops.<Tensor>switchCase(
              index,
              List.of(
                  x -> Ops.square(x.get(0)),
                  x -> Ops.multiply(x.get(0), x.get(1)),
                  x -> Ops.sin(x.get(1))),
              in.get(0),
              in.get(1))),
          random(1, 3),
          random(2, 3));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void scan(boolean reverse) {
    // a recurrent cell: a carry, sequences, weights from outside, outputs besides
    check(
        in -> {
          Tensor w = in.get(2);
          Scanned<Tensor, Map<String, Tensor>> r = Ops.scan(
              (Tensor h, Tensor x) -> {
                Tensor next = Ops.tanh(Ops.add(Ops.matmul(h, w), x));
                return new Scanned<>(next, Map.of("h", next, "s", Ops.square(x)));
              },
              in.get(0),
              in.get(1),
              null,
              reverse,
              1);
          return List.of(r.carry(), r.output().get("h"), r.output().get("s"));
        },
        random(1, 2, 3),
        random(2, 4, 2, 3),
        random(3, 3, 3));
  }

  @Test
  void scanWithCounterAndNoSequence() {
    check(
        in -> {
          Scanned<List<Tensor>, Tensor> r = Ops.scan(
              (List<Tensor> c, Object x) -> {
                Tensor k = Ops.cast(c.get(0), "float64");
                Tensor y = Ops.multiply(c.get(1), Ops.add(in.get(0), k));
                return new Scanned<>(List.of(Ops.add(c.get(0), 1), y), Ops.sin(y));
              },
              List.of(Engine.constant(NDArray.scalar(DType.INT32, 0L)), in.get(1)),
              null,
              3,
              false,
              1);
          return List.of(r.carry().get(1), r.output());
        },
        random(1, 2),
        random(2, 2));
  }

  @Test
  void nestedLoops() {
    check(
        in -> List.of(Ops.foriLoop(
            0,
            3,
            (i, x) -> Ops.foriLoop(
                1,
                3,
                (j, y) -> Ops.sin(Ops.multiply(
                    y, Ops.add(in.get(1), Ops.cast(Ops.add(i, j), "float64")))),
                x),
            in.get(0))),
        random(1, 2),
        random(2, 2));
  }

  @Test
  void map() {
    check(
        in -> List.of(Ops.map((Tensor x) -> Ops.multiply(Ops.sum(Ops.square(x)), x), in.get(0))),
        random(1, 3, 2));
  }

  @Test
  void associativeScan() {
    for (int n = 1; n < 7; n++) {
      check(
          in -> List.of(Ops.associativeScan((a, b) -> Ops.multiply(a, b), in.get(0), false, 1)),
          between(0.5, 1.5, 1, 2, n));
    }
  }

  @Test
  void associativeScanIsAFold() {
    NDArray x = NDArray.of(new int[] {1, 2, 3, 4, 5}, 5);
    assertEquals(
        NDArray.of(new int[] {1, 3, 6, 10, 15}, 5),
        Ops.associativeScan((a, b) -> Ops.add(a, b), Ops.convertToTensor(x)).toNDArray());
    assertEquals(
        NDArray.of(new int[] {15, 14, 12, 9, 5}, 5),
        Ops.associativeScan((a, b) -> Ops.add(a, b), Ops.convertToTensor(x), true, 0)
            .toNDArray());
  }

  /** Doubles a vector's scale while it is small: the bound or the condition ends it. */
  private static Tensor grown(Object x, Object w, int maximum) {
    List<Object> last = Ops.whileLoop(
        v -> Ops.less(Ops.sum(Ops.square(v.get(0))), 40),
        v -> List.of(Ops.multiply(Ops.add(v.get(0), Ops.sin(v.get(0))), w), Ops.add(v.get(1), 1)),
        List.<Object>of(x, 0),
        maximum);
    return (Tensor) last.get(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 50})
  void whileOfBoundedSteps(int maximum) {
    check(
        in -> List.of(grown(in.get(0), in.get(1), maximum)),
        NDArray.of(new double[] {.3, -.2, .9}, 3),
        NDArray.of(new double[] {1.1, 0.8, 1.3}, 3));
  }

  @Test
  void whileOfBoundedStepsForEachElement() {
    NDArray x = NDArray.of(new double[] {.3, 1.5, 9, -.2}, 4);
    check(
        in -> List.of(Ops.vectorizedMap(
            (Tensor e) -> Ops.whileLoop(
                v -> Ops.less(v, 4), v -> Ops.add(Ops.square(v), Ops.add(v, 1)), e, 7),
            in.get(0))),
        x);
  }

  @Test
  void whileHasNoGradient() {
    Tensor x = Engine.constant(NDArray.scalar(DType.FLOAT64, 2.0));
    RuntimeException e = assertThrows(
        IllegalArgumentException.class,
        () ->
            Grad.valueAndGrad(t -> Ops.whileLoop(v -> Ops.less(v, 100), v -> Ops.square(v), t), x));
    assertTrue(e.getMessage().contains("while"), e.getMessage());
    assertEquals(
        0,
        Grad.valueAndGrad(
                t -> Ops.add(
                    Ops.stopGradient(Ops.whileLoop(v -> Ops.less(v, 100), v -> Ops.square(v), t)),
                    Ops.multiply(t, 0)),
                x)
            .grads()
            .get(0)
            .item());
  }
}
