package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.ActivityRegularization;
import org.keras4j.models.Sequential;
import org.keras4j.ops.grad.RematScope;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;

/** Layers made in a {@link RematScope} train as others do, and forget where the scope says so. */
class RematLayersTest {
  private static Sequential network() {
    SeedGenerator.setRandomSeed(3);
    Sequential m = new Sequential(
        new Input(4),
        new Dense(8).activation("tanh"),
        new BatchNormalization(),
        new ActivityRegularization(0.01, 0.02),
        new Dense(2));
    m.compile("adam", "mse");
    return m;
  }

  private static List<NDArray> trained(Sequential m) {
    float[][] x = new float[16][4];
    float[][] y = new float[16][2];
    for (int i = 0; i < 16; i++) {
      for (int k = 0; k < 4; k++) {
        x[i][k] = (float) Math.sin(i + 3 * k);
        y[i][k % 2] += x[i][k] * x[i][k];
      }
    }
    m.fit(x, y, Fit.epochs(3).batchSize(8).shuffle(false).verbose(0));
    return m.getWeights();
  }

  @Test
  void trainingIsTheSame() {
    List<NDArray> expected = trained(network());
    List<RematScope> none = new ArrayList<>();
    for (String mode : List.of("full", "larger_than", "list_of_layers", "activations")) {
      Sequential m;
      try (RematScope s = new RematScope(mode, 10, List.of())) {
        none.add(s);
        m = network();
      }
      List<NDArray> actual = trained(m);
      for (int i = 0; i < expected.size(); i++) {
        for (int k = 0; k < expected.get(i).size(); k++) {
          assertEquals(
              expected.get(i).getDouble(k), actual.get(i).getDouble(k), 1e-5, mode + " " + i);
        }
      }
    }
    assertEquals(4, none.size());
  }

  private static long forgetting(Layer layer) {
    layer.invoke(new float[2][4]);
    try (Trace t = Trace.root()) {
      Tensor out =
          layer.invoke(t.input(new TensorSpec(Shape.of(2, 4), DType.FLOAT32)), CallArgs.of());
      Graph g = t.graph(List.of(out));
      return g.nodes().stream()
          .filter(n -> n.primitive() instanceof Composite c && c.name().equals("remat"))
          .count();
    }
  }

  @Test
  void scopesChooseLayers() {
    assertEquals(0, forgetting(new Dense(3)));
    try (RematScope s = new RematScope()) {
      assertEquals("full", s.mode());
      assertEquals(1, forgetting(new Dense(3)));
    }
    try (RematScope s = new RematScope("larger_than", 10, List.of())) {
      assertEquals(10, s.outputSizeThreshold());
      assertEquals(0, forgetting(new Dense(5)));
      assertEquals(1, forgetting(new Dense(6)));
    }
    try (RematScope s = new RematScope("activations")) {
      assertEquals("activations", s.mode());
      assertEquals(0, forgetting(new Dense(5)));
      assertEquals(1, forgetting(new Dense(5).activation("tanh")));
    }
    try (RematScope s = new RematScope("list_of_layers", 0, List.of("chosen"))) {
      assertEquals(1, s.layerNames().size());
      assertEquals(1, forgetting(new Dense(5).name("chosen")));
      assertEquals(0, forgetting(new Dense(5).name("other")));
    }
  }
}
