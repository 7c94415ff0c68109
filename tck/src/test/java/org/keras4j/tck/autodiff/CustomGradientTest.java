package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.CustomGradient.WithGradient;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.grad.Remat;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.types.Jvp;
import org.keras4j.ops.types.TensorFunction;

class CustomGradientTest {
  private static Tensor scalar(double x) {
    return Engine.constant(NDArray.scalar(DType.FLOAT64, x));
  }

  @Test
  void theGivenGradientIsUsed() {
    // log(1 + e^x), whose gradient must not overflow
    TensorFunction<Tensor> log1pexp = Ops.customGradient(in -> {
      Tensor x = in.get(0);
      Tensor e = Ops.exp(x);
      return new WithGradient<>(
          Ops.log(Ops.add(1, e)),
          up -> List.of(Ops.multiply(up.get(0), Ops.subtract(1, Ops.divide(1, Ops.add(1, e))))));
    });
    Grad.Result r = Grad.valueAndGrad(x -> log1pexp.apply(x), scalar(100));
    assertEquals(1, r.grads().get(0).item());
    assertEquals(100, r.value().item(), 1e-9);
    check(in -> List.of(log1pexp.apply(in.get(0))), random(1, 3));
  }

  @Test
  void aWrongGradientShows() {
    // not the derivative: proves that the given one is taken, once, and inside a compiled function
    Tensor seven = scalar(7);
    TensorFunction<Tensor> f = Ops.customGradient(in -> new WithGradient<>(
        Ops.multiply(in.get(0), in.get(1)),
        up -> Arrays.asList(Ops.multiply(up.get(0), seven), null)));
    List<Tensor> grads = Grad.valueAndGrad(
            x -> List.of(f.apply(x.get(0), x.get(1))), List.of(scalar(2), scalar(3)), List.of())
        .grads();
    assertEquals(7, grads.get(0).item());
    assertEquals(0, grads.get(1).item());
    Jit jit =
        Jit.of(x -> Grad.valueAndGrad(y -> f.apply(y, 3.0), (Tensor) x).grads().get(0));
    assertEquals(7, ((Tensor) jit.call(scalar(2))).item());
    Tensor batched = Grad.valueAndGrad(
            x -> Ops.sum(Ops.vectorizedMap((Tensor e) -> f.apply(e, 3.0), x)),
            Engine.constant(NDArray.of(new double[] {1, 2}, 2)))
        .grads()
        .get(0);
    assertArrayEquals(new double[] {7, 7}, batched.toNDArray().toDoubleArray());
  }

  @Test
  void rematGivesTheSameGradient() {
    Tensor w = Engine.constant(random(5, 3, 3));
    UnaryOperator<Object> f = Remat.of(x -> Ops.tanh(Ops.matmul(Ops.sin((Tensor) x), w)));
    check(in -> List.of((Tensor) f.apply(in.get(0))), random(1, 2, 3));
  }

  @Test
  void rematKeepsState() {
    Variable v = new Variable("count", TensorSpec.of(DType.FLOAT64), false, () -> scalar(1));
    UnaryOperator<Object> f = Remat.of(x -> {
      v.assign(Ops.add(v.value(), 1.0));
      return Ops.multiply((Tensor) x, v.value());
    });
    Jit jit = Jit.of(
        x -> Grad.valueAndGrad(y -> (Tensor) f.apply(y), (Tensor) x).grads().get(0));
    assertEquals(2, ((Tensor) jit.call(scalar(5))).item());
    assertEquals(2, v.value().item());
    assertEquals(3, ((Tensor) jit.call(scalar(5))).item());
  }

  @Test
  void jvpIsTheDirectionalDerivative() {
    Tensor x = Engine.constant(NDArray.of(new double[] {0.1, 0.7}, 2));
    Tensor t = Engine.constant(NDArray.of(new double[] {0.2, -1}, 2));
    Jvp<Tensor> r = Ops.jvp(in -> Ops.sin(in.get(0)), List.of(x), List.of(t));
    assertArrayEquals(
        new double[] {Math.sin(0.1), Math.sin(0.7)},
        r.primalsOut().toNDArray().toDoubleArray(),
        1e-12);
    assertArrayEquals(
        new double[] {0.2 * Math.cos(0.1), -Math.cos(0.7)},
        r.tangentsOut().toNDArray().toDoubleArray(),
        1e-12);
    Jvp<List<Tensor>> two = Ops.jvp(
        in -> List.of(
            List.of(Ops.multiply(in.get(0), in.get(1)), Ops.argmax(in.get(0))), Ops.sum(in.get(0))),
        List.of(x, t),
        List.of(t, x),
        true);
    assertArrayEquals(
        new double[] {0.2 * 0.2 + 0.1 * 0.1, 1 + 0.49},
        two.tangentsOut().get(0).toNDArray().toDoubleArray(),
        1e-12);
    assertEquals(0, two.tangentsOut().get(1).item());
    assertEquals(0.8, ((Tensor) two.aux()).item(), 1e-12);
    check(
        in -> List.of(Ops.<Tensor>jvp(
                y -> Ops.exp(Ops.square(y.get(0))), List.of(in.get(0)), List.of(in.get(1)))
            .tangentsOut()),
        random(1, 3),
        random(2, 3));
  }
}
