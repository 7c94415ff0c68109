package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.InputLayer;
import org.keras4j.layers.preprocessing.Discretization;
import org.keras4j.layers.preprocessing.Hashing;
import org.keras4j.layers.preprocessing.IntegerLookup;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Sequential;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;

/** Layers that are Java code, inside models whose steps are compiled. */
class HostLayersTest {
  private static final NDArray WANTED = NDArray.of(new float[] {0, 1, 0, 1, 0, 1}, 6, 1);

  private static void learns(InputLayer input, Layer first, NDArray x) {
    Embedding embedding = new Embedding(7, 4);
    Dense last = new Dense(1);
    Sequential m = new Sequential(input, first, embedding, new Flatten(), last);
    m.compile("adam", "mse");
    History h = m.fit(x, WANTED, Fit.epochs(30).batchSize(3).verbose(0));
    assertTrue(h.last("loss") < 0.9 * h.get("loss").get(0), h.history().toString());
    Object codes = first.invokeNested(x, CallArgs.of());
    Tensor eager = last.invoke(new Flatten().invoke(embedding.invoke(codes)));
    assertArrayEquals(eager.toNDArray().toFloatArray(), m.predict(x).toFloatArray(), 1e-5f);
    m.compile(Compile.optimizer("adam").loss("mse").runEagerly(true));
    assertEquals(h.last("loss"), m.evaluate(x, WANTED).get("loss"), 0.1);
  }

  @Test
  void hashing() {
    learns(
        new Input(1).dtype("int32"),
        new Hashing(7),
        NDArray.of(new int[] {1, 2, 1, 2, 1, 2}, 6, 1));
  }

  @Test
  void lookups() {
    learns(
        new Input(1).dtype("int64"),
        new IntegerLookup().vocabulary(List.of(3, 5)),
        NDArray.of(new long[] {3, 5, 3, 9, 3, 5}, 6, 1));
    learns(
        new Input(1).dtype("string"),
        new StringLookup().vocabulary(List.of("a", "b")),
        NDArray.from(new String[][] {{"a"}, {"b"}, {"a"}, {"x"}, {"a"}, {"b"}}));
  }

  @Test
  void discretization() {
    learns(
        new Input(1),
        new Discretization(new double[] {0.5, 1.5}),
        NDArray.of(new float[] {0, 1, 0, 2, 0, 1}, 6, 1));
  }
}
