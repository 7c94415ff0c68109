package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.LossScaleOptimizer;

/** Training with mixed_float16 and mixed_bfloat16, against what Keras 3.15 makes of the same weights and data. */
class MixedPrecisionTest {
  private static final double[] FLOAT16_LOSSES = {
    1.3449982404708862,
    1.3062968254089355,
    1.269707441329956,
    1.2343310117721558,
    1.2000219821929932
  };
  private static final double[] BFLOAT16_LOSSES = {
    1.3436543941497803, 1.305934190750122, 1.270146369934082, 1.2339832782745361, 1.1987195014953613
  };

  @TempDir
  Path folder;

  private static NDArray x() {
    return filled(Shape.of(16, 4), i -> Math.cos(i * 0.37));
  }

  private static NDArray y() {
    return filled(Shape.of(16, 2), i -> Math.sin(i * 0.9));
  }

  private static NDArray filled(Shape s, java.util.function.IntToDoubleFunction f) {
    NDArray a = NDArray.zeros(DType.FLOAT32, s);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, f.applyAsDouble(i));
    }
    return a;
  }

  private static Sequential network(String policy) {
    Sequential m = new Sequential();
    m.dtype(policy);
    m.add(new Input(4));
    for (Layer l : List.of(
        new Dense(8).activation("tanh"), new BatchNormalization(), new LayerNormalization())) {
      m.add(l.dtype(policy));
    }
    m.add(new Dense(2).dtype("float32"));
    List<NDArray> weights = new ArrayList<>();
    for (NDArray w : m.getWeights()) {
      int k = weights.size();
      weights.add(filled(w.shape(), i -> {
        double v = (float) (Math.sin(i * 1.7 + k) * 0.5);
        return w.rank() == 1 ? Math.abs(v) + 0.5 : v;
      }));
    }
    m.setWeights(weights);
    return m;
  }

  private void check(String policy, DType compute, double[] losses, double tolerance) {
    Sequential m = network(policy);
    m.compile("adam", "mse");
    History h = m.fit(x(), y(), Fit.epochs(5).batchSize(8).shuffle(false).verbose(0));
    for (int i = 0; i < losses.length; i++) {
      assertEquals(losses[i], h.get("loss").get(i), tolerance, policy);
    }
    Layer hidden = m.layers().get(0);
    assertEquals(compute, hidden.computeDtype());
    assertEquals(DType.FLOAT32, hidden.variableDtype());
    assertEquals(compute, hidden.invoke(x()).dtype());
    assertEquals(DType.FLOAT32, m.invoke(x()).dtype());
    for (Variable v : m.weights()) {
      assertEquals(DType.FLOAT32, v.dtype(), v.path());
    }
    Path file = folder.resolve(policy + ".keras");
    m.save(file);
    Model again = Model.load(file);
    assertEquals(policy, again.layers().get(0).dtypePolicy().name());
    assertEquals("float32", again.layers().get(3).dtypePolicy().name());
    assertEquals(m.predict(x()), again.predict(x()));
    assertEquals(m.optimizer().getClass(), again.optimizer().getClass());
    Fit more = Fit.epochs(1).batchSize(8).shuffle(false).verbose(0);
    assertEquals(m.fit(x(), y(), more).last("loss"), again.fit(x(), y(), more).last("loss"), 1e-6);
  }

  @Test
  void float16ScalesItsLoss() {
    check("mixed_float16", DType.FLOAT16, FLOAT16_LOSSES, 3e-3);
    Sequential m = network("mixed_float16");
    m.compile("adam", "mse");
    LossScaleOptimizer o = assertInstanceOf(LossScaleOptimizer.class, m.optimizer());
    assertEquals(32768.0, o.getConfig().get("initial_scale"));
    assertInstanceOf(Adam.class, o.getConfig().get("inner_optimizer"));
    m.compile(Compile.optimizer("adam").loss("mse").autoScaleLoss(false));
    assertInstanceOf(Adam.class, m.optimizer());
  }

  @Test
  void bfloat16NeedsNoScale() {
    check("mixed_bfloat16", DType.BFLOAT16, BFLOAT16_LOSSES, 2e-2);
    Sequential m = network("mixed_bfloat16");
    m.compile("adam", "mse");
    assertInstanceOf(Adam.class, m.optimizer());
  }

  @Test
  void anOverflowSkipsTheStepAndHalvesTheScale() {
    Sequential m = network("mixed_float16");
    m.compile("adam", "mse");
    List<NDArray> before =
        m.trainableWeights().stream().map(v -> v.value().toNDArray()).toList();
    // gradients beyond the range of float16
    m.trainOnBatch(filled(Shape.of(8, 4), i -> 6e4), filled(Shape.of(8, 2), i -> 1e30));
    List<NDArray> after =
        m.trainableWeights().stream().map(v -> v.value().toNDArray()).toList();
    assertEquals(before, after);
    Variable scale = m.optimizer().variables().stream()
        .filter(v -> v.path().endsWith("dynamic_scale"))
        .findFirst()
        .orElseThrow();
    assertEquals(16384.0, scale.value().item());
    assertTrue(Ops.all(Ops.isfinite(m.invoke(x()))).toNDArray().getBoolean(0));
  }
}
