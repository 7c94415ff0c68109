package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.types.Scanned;

/** Variables read and assigned in branches, loops, gradients and compiled functions. */
class StateTest {
  private static Tensor scalar(double x) {
    return Engine.constant(NDArray.scalar(DType.FLOAT64, x));
  }

  private static Variable variable(double x) {
    return new Variable("v", TensorSpec.of(DType.FLOAT64), true, () -> scalar(x));
  }

  private static void eagerAndCompiled(
      double expected, double after, Callable<Tensor> f, Variable v) throws Exception {
    Tensor before = v.value();
    assertEquals(expected, f.call().item(), 1e-12);
    assertEquals(after, v.value().item(), 1e-12);
    v.assign(before);
    Jit jit = Jit.of(x -> {
      try {
        return f.call();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    assertEquals(expected, ((Tensor) jit.call(null)).item(), 1e-12);
    assertEquals(after, v.value().item(), 1e-12);
  }

  @Test
  void branchesAssign() throws Exception {
    Variable v = variable(5);
    for (boolean up : new boolean[] {true, false}) {
      Tensor pred = Ops.convertToTensor(up);
      eagerAndCompiled(
          up ? 11 : 5,
          up ? 10 : 5,
          () -> Ops.<Tensor>cond(
              pred,
              () -> {
                v.assign(Ops.multiply(v.value(), 2));
                return Ops.add(v.value(), 1);
              },
              () -> Ops.add(v.value(), 0)),
          v);
      v.assign(scalar(5));
    }
  }

  @Test
  void loopsAssign() throws Exception {
    Variable v = variable(1);
    eagerAndCompiled(
        1 + 2 + 4,
        8,
        () -> Ops.foriLoop(
            0,
            3,
            (i, x) -> {
              Tensor now = v.value();
              v.assign(Ops.multiply(now, 2));
              return Ops.add(x, now);
            },
            scalar(0)),
        v);
    v.assign(scalar(1));
    eagerAndCompiled(
        5,
        16,
        () -> Ops.whileLoop(
            x -> Ops.less(x, 5),
            x -> {
              v.assign(Ops.add(v.value(), 3));
              return Ops.add(x, 1);
            },
            scalar(0)),
        v);
    v.assign(scalar(1));
    eagerAndCompiled(
        6,
        4,
        () -> {
          Scanned<Tensor, Tensor> r = Ops.scan(
              (Tensor c, Tensor x) -> {
                v.assign(Ops.add(v.value(), 1));
                return new Scanned<>(Ops.add(c, x), Ops.multiply(v.value(), x));
              },
              scalar(0),
              Engine.constant(NDArray.of(new double[] {1, 2, 3}, 3)));
          assertArrayShape(r.output(), 3);
          return r.carry();
        },
        v);
  }

  private static void assertArrayShape(Tensor t, long... dims) {
    assertArrayEquals(dims, t.shape().toArray());
  }

  @Test
  void whileStopsAtItsMaximum() {
    assertEquals(
        3,
        Ops.whileLoop(x -> Ops.less(x, 100), x -> Ops.add(x, 1), Ops.convertToTensor(0), 3)
            .item());
    assertThrows(
        IllegalArgumentException.class,
        () -> Ops.whileLoop(x -> Ops.less(x, 100), x -> Ops.add(x, 1.5), Ops.convertToTensor(0)));
  }

  @Test
  void gradientsAssign() throws Exception {
    Variable v = variable(3);
    eagerAndCompiled(
        3,
        4,
        () -> Grad.valueAndGrad(
                x -> {
                  Tensor y = Ops.multiply(x.get(0), v.value());
                  v.assign(Ops.add(v.value(), 1));
                  return List.of(y);
                },
                List.of(scalar(2)),
                List.of())
            .grads()
            .get(0),
        v);
  }

  @Test
  void gradientsByVariables() throws Exception {
    Variable v = variable(3);
    Variable other = variable(7);
    Variable unread = variable(1);
    Callable<List<Tensor>> f = () -> Grad.valueAndGrad(
            x -> List.of(Ops.multiply(Ops.square(v.value()), other.value())),
            List.of(),
            List.of(unread, v, v))
        .grads();
    List<Tensor> eager = f.call();
    assertEquals(0, eager.get(0).item());
    assertEquals(42, eager.get(1).item());
    assertEquals(42, eager.get(2).item());
    Jit jit = Jit.of(x -> {
      try {
        return f.call();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    assertEquals(42, ((Tensor) ((List<?>) jit.call(null)).get(1)).item());
    // gradient of a gradient by a variable: d/dv (2 v o) = 2 o
    assertEquals(
        14,
        Grad.valueAndGrad(
                x -> Grad.valueAndGrad(
                        y -> List.of(Ops.multiply(Ops.square(v.value()), other.value())),
                        List.of(),
                        List.of(v))
                    .grads(),
                List.of(),
                List.of(v))
            .grads()
            .get(0)
            .item());
  }

  @Test
  void compiledFunctionsObeyStatelessScopes() {
    Variable v = variable(3);
    Jit jit = Jit.of(x -> {
      v.assign(Ops.add(v.value(), 1));
      return Ops.multiply(v.value(), 10);
    });
    try (StatelessScope scope = new StatelessScope(Map.of(v, scalar(100)))) {
      assertEquals(1010, ((Tensor) jit.call(null)).item());
      assertEquals(101, scope.value(v).item());
    }
    assertEquals(3, v.value().item());
    assertEquals(40, ((Tensor) jit.call(null)).item());
    assertEquals(4, v.value().item());
  }

  @Test
  void manyThreadsCallOneCompiledFunction() throws Exception {
    Variable v = variable(2);
    Jit jit = Jit.of(x -> Grad.valueAndGrad(
            y -> Ops.sum(Ops.multiply(Ops.square(y), v.value())), (Tensor) x)
        .grads()
        .get(0));
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int n = i + 1;
        all.add(pool.submit(() -> {
          for (int k = 0; k < 50; k++) {
            Tensor x = Ops.multiply(Ops.ones(new int[] {n % 2 + 1}, "float64"), n);
            assertEquals(4.0 * n, ((Tensor) jit.call(x)).toNDArray().getDouble(0), 1e-12);
          }
        }));
      }
      for (Future<?> f : all) {
        f.get();
      }
    } finally {
      pool.shutdown();
    }
    assertEquals(2, jit.size());
  }
}
