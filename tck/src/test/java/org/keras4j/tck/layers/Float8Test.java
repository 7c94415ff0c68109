package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.QuantizedFloat8DTypePolicy;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.quantization.Float8QuantizationConfig;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/** Training on floats of eight bits, held against what Keras recorded ({@code scripts/record_float8.py}). */
class Float8Test {
  private static final Path FOLDER = Path.of(
      System.getProperty("keras4j.home", ".."),
      "tck/src/test/resources/org/keras4j/tck/quantization");

  @TempDir
  Path folder;

  private static Map<String, NDArray> expected() throws IOException {
    return Npz.read(FOLDER.resolve("expected.npz"));
  }

  private static void assertClose(NDArray e, NDArray a, double tolerance, String what) {
    assertEquals(e.size(), a.size(), what);
    for (int i = 0; i < e.size(); i++) {
      double most = tolerance * Math.max(1e-3, Math.abs(e.getDouble(i)));
      assertEquals(e.getDouble(i), a.getDouble(i), most, what + " at " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "mixed_bfloat16"})
  void trainingIsKerass(String policy) throws IOException {
    Map<String, NDArray> e = expected();
    Model m = Model.load(FOLDER.resolve("float8_" + policy + ".keras"));
    assertEquals("float8_from_" + policy, m.getLayer("dense").dtypePolicy().name());
    NDArray x = e.get(policy + "_x");
    NDArray y = e.get(policy + "_y");
    // sums of bfloat16 are rounded in the order of each kernel
    double tolerance = policy.equals("float32") ? 1e-5 : 1.5e-2;
    assertClose(
        e.get(policy + "_before"),
        m.predict(x).astype(org.keras4j.core.DType.FLOAT32),
        tolerance,
        "before");
    for (int i = 0; i < 4; i++) {
      double loss = m.trainOnBatch(x, y).get("loss");
      assertEquals(e.get(policy + "_losses").getDouble(i), loss, tolerance * 2, "loss " + i);
    }
    int scales = 0;
    for (Variable v : m.weights()) {
      String[] path = v.path().split("/");
      String key = policy + "_" + path[path.length - 2] + "_" + v.name();
      NDArray value = v.value().toNDArray();
      if (v.name().endsWith("history")) {
        assertEquals(1024, value.size());
        assertClose(e.get(key), value.slice(1016, 1024), tolerance, key);
        assertClose(e.get(key + "_first"), value.slice(0, 1), tolerance, key);
      } else {
        assertClose(e.get(key), value, tolerance * 3, key);
      }
      scales += v.isOverwriteWithGradient() ? 1 : 0;
    }
    assertEquals(12, scales);
    // what was trained goes through a file
    Path file = folder.resolve("again.keras");
    m.save(file);
    Model again = Model.load(file);
    assertEquals(m.getWeights(), again.getWeights());
    assertEquals(m.predict(x), again.predict(x));
  }

  @Test
  void aLayerOfThePolicyStartsNarrow() {
    Dense d = new Dense(3);
    d.dtype(new QuantizedFloat8DTypePolicy(new DTypePolicy("float32"), 4));
    Sequential m = new Sequential(new Input(2), d);
    assertEquals(8, m.weights().size());
    assertEquals(4, d.savedWeights().get(3).shape().size());
    assertEquals("kernel", d.savedWeights().get(0).name());
    m.compile("sgd", "mse");
    NDArray x = NDArray.of(new float[] {1, 2, 3, -4}, 2, 2);
    m.trainOnBatch(x, NDArray.of(new float[6], 2, 3));
    assertEquals(4, d.savedWeights().get(3).value().toNDArray().getDouble(0));
    Path file = folder.resolve("own.keras");
    m.save(file);
    Model again = Model.load(file);
    assertEquals(m.predict(x), again.predict(x));
    assertEquals(d.dtypePolicy(), again.layers().get(0).dtypePolicy());
  }

  @Test
  void whatCannotBeNarrowIsSaid() {
    Sequential m =
        new Sequential(new Input(1), new Embedding(4, 3).name("words"), new Dense(2).name("end"));
    m.quantize("float8"); // warns of the Embedding
    assertEquals(null, m.getLayer("words").quantizationMode());
    assertEquals("float8", m.getLayer("end").quantizationMode());
    Dense end = (Dense) m.getLayer("end");
    assertThrows(UnsupportedOperationException.class, () -> end.enableLora(1));
    assertThrows(IllegalStateException.class, () -> end.quantize(new Float8QuantizationConfig()));
    Dense adapted = new Dense(2).name("adapted");
    new Sequential(new Input(3), adapted);
    adapted.enableLora(1);
    Exception e = assertThrows(
        UnsupportedOperationException.class,
        () -> adapted.quantize(new Float8QuantizationConfig()));
    assertTrue(e.getMessage().contains("adapted"), e.getMessage());
    assertEquals(null, adapted.quantizationMode());
    assertThrows(
        IllegalArgumentException.class,
        () -> new QuantizedFloat8DTypePolicy(new DTypePolicy("float32"), 0));
  }
}
