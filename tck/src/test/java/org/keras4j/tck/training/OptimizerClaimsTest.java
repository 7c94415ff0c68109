package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.training.optimizers.Adagrad;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.AdamW;
import org.keras4j.training.optimizers.Lion;
import org.keras4j.training.optimizers.Optimizer;
import org.keras4j.training.optimizers.RMSprop;
import org.keras4j.training.optimizers.SGD;

/** Updates by a backend's own kernels give what the rules' bodies give, eager and compiled. */
class OptimizerClaimsTest {
  @AfterEach
  void on() {
    Keras.setClaims(true);
  }

  private static NDArray normal(Random r, DType t, long... dims) {
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, r.nextGaussian());
    }
    return a;
  }

  private static Tensor tensor(NDArray a) {
    return Engine.toDevice(Keras.backend(), a);
  }

  /** All variables after five steps with gradients, one of which lies transposed in memory. */
  private static double[] run(Supplier<Optimizer> make, DType t, boolean claims, boolean jit) {
    Keras.setClaims(claims);
    Random r = new Random(11);
    List<Variable> weights = new ArrayList<>();
    for (long[] dims : new long[][] {{3, 4}, {4}, {2, 3}}) {
      NDArray first = normal(r, t, dims);
      weights.add(new Variable("w", new TensorSpec(first.shape(), t), true, () -> tensor(first)));
    }
    Optimizer o = make.get();
    o.build(weights);
    Jit step = Jit.updating(x -> {
      List<?> g = (List<?>) x;
      Tensor turned = Engine.bind1(new Transpose(IntList.of(1, 0)), (Tensor) g.get(0));
      o.apply(List.of(turned, (Tensor) g.get(1), (Tensor) g.get(2)), weights);
      return List.of();
    });
    for (int i = 0; i < 5; i++) {
      List<Tensor> g =
          List.of(tensor(normal(r, t, 4, 3)), tensor(normal(r, t, 4)), tensor(normal(r, t, 2, 3)));
      if (jit) {
        step.call(g);
      } else {
        o.apply(
            List.of(Engine.bind1(new Transpose(IntList.of(1, 0)), g.get(0)), g.get(1), g.get(2)),
            weights);
      }
    }
    List<Variable> all = new ArrayList<>(weights);
    all.addAll(o.variables());
    List<Double> out = new ArrayList<>();
    for (Variable v : all) {
      for (double d : v.eager().toNDArray().toDoubleArray()) {
        out.add(d);
      }
    }
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void check(Supplier<Optimizer> make) {
    for (DType t : List.of(DType.FLOAT32, DType.FLOAT64)) {
      double tolerance =
          t == DType.FLOAT32 ? 1e-5 : 1e-6; // the kernel takes its epsilon as a float
      double[] expected = run(make, t, false, false);
      assertArrayEquals(expected, run(make, t, false, true), tolerance);
      assertArrayEquals(expected, run(make, t, true, false), tolerance);
      assertArrayEquals(expected, run(make, t, true, true), tolerance);
    }
  }

  @Test
  void adam() {
    check(() -> new Adam(0.1));
    check(() -> new Adam(0.1).beta1(0.8).beta2(0.9).epsilon(1e-2));
    check(() -> new Adam(0.1).amsgrad(true));
    check(() -> new AdamW(0.1).weightDecay(0.1));
  }

  @Test
  void sgd() {
    check(() -> new SGD(0.1));
    check(() -> new SGD(0.1).momentum(0.9));
    check(() -> new SGD(0.1).momentum(0.9).nesterov(true));
    check(() -> new SGD(0.1).clipnorm(0.5).weightDecay(0.01));
  }

  @Test
  void others() {
    check(() -> new RMSprop(0.1));
    check(() -> new Adagrad(0.1));
    check(() -> new Lion(0.1));
  }
}
