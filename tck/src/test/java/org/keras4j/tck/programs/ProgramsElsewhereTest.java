package org.keras4j.tck.programs;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.Keras;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.SavedModelLayer;
import org.keras4j.layers.core.StableHloLayer;
import org.keras4j.layers.core.TorchScriptLayer;
import org.keras4j.models.Sequential;

/** Programs run on their own backend alone, and out of files only where they are allowed. */
class ProgramsElsewhereTest {
  @TempDir
  Path dir;

  @Test
  void otherBackendsRefuseThem() throws IOException {
    Path torch = Programs.file("net.pt", dir);
    for (String f : new String[] {"module.mlir", "gradient.mlir", "weights.npz"}) {
      Programs.file("jaxnet/" + f, dir);
    }
    Map<String, Executable> made = new TreeMap<>();
    made.put(
        "pytorch",
        () -> new Sequential(new Input(1, 6, 6), new TorchScriptLayer(torch).name("net")));
    made.put(
        "xla",
        () -> new Sequential(new Input(6), new StableHloLayer(dir.resolve("jaxnet")).name("net")));
    for (String f : Programs.SAVED_MODEL) {
      Programs.file("tfnet/" + f, dir);
    }
    made.put(
        "tensorflow",
        () -> new Sequential(
            new Input(6, 6, 1), new SavedModelLayer(dir.resolve("tfnet")).name("net")));
    made.remove(Keras.backend().name());
    made.forEach((backend, layer) -> {
      String said = assertThrows(IllegalStateException.class, layer).getMessage();
      assertTrue(said.contains(backend), said);
    });
  }

  @Test
  void filesWithProgramsAreRefused() {
    for (String layer : new String[] {"TorchScriptLayer", "StableHloLayer", "SavedModelLayer"}) {
      Map<String, Object> object = Map.of(
          "module",
          "keras4j",
          "class_name",
          layer,
          "registered_name",
          "keras4j>" + layer,
          "config",
          Map.of("name", "net", "trainable", true, "dtype", "float32", "program", "AAAA"));
      String said = assertThrows(
              IllegalArgumentException.class, () -> Serializer.deserialize(object))
          .getMessage();
      assertTrue(said.contains("ProgramLayer.allowing"), said);
    }
  }
}
