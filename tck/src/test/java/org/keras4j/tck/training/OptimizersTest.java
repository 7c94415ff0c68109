package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.LossScaleOptimizer;
import org.keras4j.training.optimizers.MultiOptimizer;
import org.keras4j.training.optimizers.Muon;
import org.keras4j.training.optimizers.Optimizer;
import org.keras4j.training.optimizers.OptimizerMap;
import org.keras4j.training.optimizers.SGD;

/** Optimizers without recorded cases, against what Keras 3.15 makes of the same gradients. */
class OptimizersTest {
  private static NDArray filled(Shape s, java.util.function.IntToDoubleFunction f) {
    NDArray a = NDArray.zeros(DType.FLOAT32, s);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, f.applyAsDouble(i));
    }
    return a;
  }

  private static void check(
      java.util.function.Supplier<Optimizer> optimizer,
      List<Shape> shapes,
      int steps,
      int infiniteStep,
      double[]... expected) {
    for (boolean compiled : new boolean[] {false, true}) {
      Optimizer o = optimizer.get();
      List<Variable> variables = new ArrayList<>();
      for (Shape s : shapes) {
        variables.add(new Variable(
            "w" + variables.size(),
            new TensorSpec(s, DType.FLOAT32),
            true,
            () -> ArrayLike.tensor(filled(s, i -> (i + 1) * 0.1))));
      }
      o.build(variables);
      Jit jit = Jit.updating(grads -> {
        List<Tensor> all = new ArrayList<>();
        ((List<?>) grads).forEach(g -> all.add((Tensor) g));
        o.apply(all, variables);
        return null;
      });
      for (int t = 0; t < steps; t++) {
        List<Tensor> grads = new ArrayList<>();
        for (Shape s : shapes) {
          int step = t;
          double scale = t == infiniteStep && grads.isEmpty() ? Double.POSITIVE_INFINITY : 1;
          grads.add(ArrayLike.tensor(filled(s, i -> Math.cos(i * 0.7 + step) * scale)));
        }
        if (compiled) {
          jit.call(grads);
        } else {
          o.apply(grads, variables);
        }
      }
      for (int i = 0; i < expected.length; i++) {
        assertArrayEquals(expected[i], variables.get(i).value().toNDArray().toDoubleArray(), 2e-6);
      }
    }
  }

  @Test
  void muonOrthogonalizesMatrices() {
    check(
        () -> new Muon(0.01),
        List.of(Shape.of(3, 2), Shape.of(2, 4), Shape.of(3)),
        3,
        -1,
        new double[] {0.0943407, 0.2024332, 0.2996578, 0.4068033, 0.5054832, 0.5997999},
        new double[] {
          0.09884, 0.20284, 0.3054931, 0.4055458, 0.5055013, 0.6054602, 0.7028172, 0.7988098
        },
        new double[] {0.0759077, 0.1867553, 0.3034806});
  }

  @Test
  void lossScaleSkipsStepsThatAreNotFinite() {
    check(
        () -> new LossScaleOptimizer(new SGD(0.1).momentum(0.9))
            .initialScale(4)
            .dynamicGrowthSteps(2),
        List.of(Shape.of(3), Shape.of(2, 2)),
        5,
        2,
        new double[] {0.0407853, 0.1835664, 0.3340765},
        new double[] {0.0407853, 0.1835664, 0.3340765, 0.4685599});
  }

  @Test
  void eachVariableHasItsOptimizer() {
    check(
        () -> new MultiOptimizer(new OptimizerMap(new SGD(0.1)).put("w1", new Adam(0.01))),
        List.of(Shape.of(3), Shape.of(2, 2), Shape.of(2)),
        3,
        -1,
        new double[] {-0.0124155, 0.2268075, 0.4534225},
        new double[] {0.0759185, 0.1867783, 0.303516, 0.429226},
        new double[] {-0.0124155, 0.2268075});
  }

  @Test
  void gradientsAccumulateAndAveragesOverwrite() {
    check(
        () -> new Adam(0.1)
            .gradientAccumulationSteps(2)
            .clipnorm(0.5)
            .weightDecay(0.01)
            .useEma(true)
            .emaMomentum(0.8)
            .emaOverwriteFrequency(2),
        List.of(Shape.of(3), Shape.of(2, 2)),
        5,
        -1,
        new double[] {-0.0036099, 0.1066232, 0.4194055},
        new double[] {-0.0010671, 0.1085332, 0.4189124, 0.5145386});
  }

  @Test
  void accumulationOverNoStepsIsNone() {
    check(
        () -> new SGD(0.1).gradientAccumulationSteps(0), List.of(Shape.of(3)), 1, -1, new double[] {
          0, 0.1235158, 0.2830033
        });
    assertEquals(
        0, new SGD().gradientAccumulationSteps(0).getConfig().get("gradient_accumulation_steps"));
  }

  @Test
  void wrongSettingsAndGradientsAreTold() {
    assertThrows(IllegalArgumentException.class, () -> new SGD().clipnorm(1.0).clipvalue(1.0));
    assertThrows(IllegalArgumentException.class, () -> new SGD().momentum(2));
    assertThrows(IllegalArgumentException.class, () -> new Adam().gradientAccumulationSteps(1));
    assertThrows(IllegalStateException.class, () -> new Adam().apply(List.of()));
    Variable w = new Variable(
        "w",
        new TensorSpec(Shape.of(2), DType.FLOAT32),
        true,
        () -> ArrayLike.tensor(new float[2]));
    Adam built = new Adam();
    built.build(List.of(w));
    assertThrows(IllegalStateException.class, () -> built.clipnorm(1.0));
    List<Tensor> none = new ArrayList<>();
    none.add(null);
    assertThrows(IllegalArgumentException.class, () -> built.apply(none, List.of(w)));
    Variable other = new Variable(
        "v",
        new TensorSpec(Shape.of(2), DType.FLOAT32),
        true,
        () -> ArrayLike.tensor(new float[2]));
    assertThrows(
        IllegalArgumentException.class,
        () -> built.apply(List.of(ArrayLike.tensor(new float[2])), List.of(other)));
  }
}
