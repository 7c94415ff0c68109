package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.DTypePolicyMap;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;

class DTypePolicyMapTest {
  private static final Path FOLDER = Path.of(
      System.getProperty("keras4j.home", ".."),
      "tck/src/test/resources/org/keras4j/tck/quantization");

  @TempDir
  Path folder;

  @Test
  void keysAreFoundAsKerasFindsThem() {
    DTypePolicyMap map = new DTypePolicyMap(new DTypePolicy("float32"))
        .put("encoder/layer_0/dense", "bfloat16")
        .put("encoder/.*", "float16")
        .put("decoder", "bfloat16");
    assertEquals("bfloat16", map.policyOf("encoder/layer_0/dense").name());
    assertEquals("float16", map.policyOf("encoder/attention/query").name());
    assertEquals("float32", map.policyOf("decoder/attention").name());
    assertEquals("map_float32", map.name());
    map.put("encoder/attention/.*", "bfloat16");
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> map.policyOf("encoder/attention/query"));
    assertTrue(e.getMessage().contains("[encoder/.*, encoder/attention/.*]"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> map.put("decoder", "float16"));
    assertThrows(IllegalArgumentException.class, () -> map.put("(", "float16"));
    assertThrows(IllegalArgumentException.class, () -> map.put("a", new DTypePolicyMap()));
    assertThrows(IllegalArgumentException.class, () -> new DTypePolicyMap(map));
    assertEquals("bfloat16", map.remove("decoder").name());
    assertEquals("float32", map.policyOf("decoder").name());
  }

  @Test
  void layersHaveThePolicyOfTheirPath() {
    DTypePolicyMap map = new DTypePolicyMap().put("inn.*", "mixed_bfloat16");
    Dense d = new Dense(2).name("inner");
    d.dtype(map);
    assertEquals(DType.FLOAT32, d.computeDtype()); // there is no path yet
    KerasTensor in = Input.of(3);
    Model m = Model.of(in, d.invoke(in));
    assertEquals("inner", d.path());
    assertEquals(DType.BFLOAT16, d.computeDtype());
    assertEquals(DType.FLOAT32, d.variableDtype());
    m.quantize("int8");
    assertEquals("int8", d.quantizationMode());
    assertEquals("int8_from_mixed_bfloat16", map.policies().get("inner").name());
    Path file = folder.resolve("m.keras");
    NDArray x = NDArray.of(new float[] {1, -2, 3}, 1, 3);
    m.save(file);
    Model again = Model.load(file);
    assertEquals(m.predict(x), again.predict(x));
    assertEquals(map, again.getLayer("inner").dtypePolicy());
  }

  @Test
  void aFileOfKerasIsRead() throws IOException {
    Map<String, NDArray> e = Npz.read(FOLDER.resolve("expected.npz"));
    Model m = Model.load(FOLDER.resolve("policies.keras"));
    NDArray x = e.get("mapped_x");
    NDArray y = e.get("mapped_y");
    assertEquals(DType.BFLOAT16, m.getLayer("narrow").computeDtype());
    assertEquals(DType.FLOAT32, m.getLayer("whole").computeDtype());
    for (Layer inner : m.getLayer("heads").layers()) {
      assertEquals(
          inner.path().startsWith("heads/") ? DType.FLOAT16 : DType.FLOAT32,
          inner.computeDtype(),
          inner.path());
    }
    NDArray got = m.predict(x);
    for (int i = 0; i < y.size(); i++) {
      assertEquals(y.getDouble(i), got.getDouble(i), 5e-3); // of sums of bfloat16
    }
    Path file = folder.resolve("again.keras");
    m.save(file);
    assertEquals(got, Model.load(file).predict(x));
  }
}
