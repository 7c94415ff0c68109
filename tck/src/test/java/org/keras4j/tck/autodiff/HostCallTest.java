package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.types.Scanned;

/** Java code inside compiled functions. */
class HostCallTest {
  private final List<double[]> seen = Collections.synchronizedList(new ArrayList<>());

  private Tensor reversed(Tensor x) {
    return Engine.bind1(
        new HostCall("reversed", List.of(x.spec()), in -> {
          double[] v = in.get(0).toDoubleArray();
          seen.add(v);
          double[] out = new double[v.length];
          for (int i = 0; i < v.length; i++) {
            out[i] = v[v.length - 1 - i];
          }
          return List.of(NDArray.of(out, in.get(0).shape().toArray()));
        }),
        x);
  }

  private static double[] numbers(Object t) {
    return ((Tensor) t).toNDArray().toDoubleArray();
  }

  private static Tensor vector(double... v) {
    return Engine.constant(NDArray.of(v, v.length));
  }

  private static double[] compiled(UnaryOperator<Object> f, Tensor x) {
    Jit jit = Jit.of(f);
    double[] first = numbers(jit.call(x));
    assertArrayEquals(first, numbers(jit.call(x)));
    assertArrayEquals(numbers(f.apply(x)), first);
    return first;
  }

  @Test
  void between() {
    assertArrayEquals(
        new double[] {22, 21, 20},
        compiled(x -> Ops.add(reversed(Ops.add(x, 1)), 18), vector(1, 2, 3)));
    assertArrayEquals(new double[] {2, 3, 4}, seen.get(0));
  }

  @Test
  void oneAfterAnother() {
    assertArrayEquals(
        new double[] {4, 4, 4},
        compiled(
            x -> Ops.add(reversed(reversed((Tensor) x)), reversed((Tensor) x)), vector(1, 2, 3)));
  }

  @Test
  void resultsHandedThrough() {
    Jit jit = Jit.of(x -> {
      Tensor r = reversed((Tensor) x);
      return List.of(x, r, r, Ops.add(x, 1));
    });
    Tensor x = vector(1, 2);
    List<?> out = (List<?>) jit.call(x);
    assertArrayEquals(new double[] {1, 2}, numbers(out.get(0)));
    assertArrayEquals(new double[] {2, 1}, numbers(out.get(1)));
    ((Tensor) out.get(1)).close();
    ((Tensor) out.get(0)).close();
    assertArrayEquals(new double[] {2, 1}, numbers(out.get(2)));
    assertArrayEquals(new double[] {2, 3}, numbers(out.get(3)));
    assertArrayEquals(new double[] {1, 2}, numbers(x));
  }

  @Test
  void insideLoopsAndBranches() {
    double[] out = compiled(
        x -> Ops.foriLoop(
            0,
            3,
            (i, y) -> Ops.<Tensor>cond(
                Ops.less(i, 1),
                () -> Ops.multiply(y, 10),
                () -> reversed(Ops.add(y, Ops.cast(Ops.equal(i, 2), "float64")))),
            (Tensor) x),
        vector(2, 1));
    // times 10, reversed, plus 1 and reversed
    assertArrayEquals(new double[] {21, 11}, out);
  }

  @Test
  void inScans() {
    double[] out = compiled(
        x -> Ops.scan(
                (Tensor c, Tensor r) -> new Scanned<>(Ops.add(c, reversed(r)), c),
                vector(0, 0),
                (Tensor) x)
            .carry(),
        Engine.constant(NDArray.of(new double[] {1, 2, 3, 4}, 2, 2)));
    assertArrayEquals(new double[] {6, 4}, out);
  }

  @Test
  void gradientsStopWithAMessage() {
    RuntimeException e = assertThrows(
        IllegalArgumentException.class,
        () -> Grad.valueAndGrad(x -> Ops.sum(reversed(x)), vector(1, 2)));
    assertEquals(true, e.getMessage().contains("reversed"), e.getMessage());
    assertArrayEquals(
        new double[] {2, 1},
        numbers(Grad.valueAndGrad(
                x -> Ops.sum(Ops.multiply(x, reversed(Ops.stopGradient(x)))), vector(1, 2))
            .grads()
            .get(0)));
  }

  @Test
  void wrongResultsAreNamed() {
    HostCall liar = new HostCall(
        "liar", List.of(vector(1, 2).spec()), in -> List.of(NDArray.scalar(DType.FLOAT64, 1.0)));
    RuntimeException e = assertThrows(
        RuntimeException.class, () -> Engine.bind1(liar, vector(1, 2)).toNDArray());
    assertEquals(true, e.getMessage().contains("liar"), Arrays.toString(seen.toArray()));
  }
}
