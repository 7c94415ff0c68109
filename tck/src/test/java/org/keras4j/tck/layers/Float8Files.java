package org.keras4j.tck.layers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.DTypePolicyMap;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/**
 * Writes what {@code scripts/record_float8.py} recorded again, and models that are made here, into a folder, which that script checks:
 * floats of eight bits, trained, and policies by path.
 */
final class Float8Files {
  private static final Path FOLDER = Path.of(
      System.getProperty("keras4j.home", ".."),
      "tck/src/test/resources/org/keras4j/tck/quantization");

  private Float8Files() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Map<String, NDArray> e = Npz.read(FOLDER.resolve("expected.npz"));
    Map<String, Object> told = new LinkedHashMap<>();
    for (String name : List.of("float8_float32", "float8_mixed_bfloat16", "policies")) {
      Model.load(FOLDER.resolve(name + ".keras")).save(folder.resolve("copied_" + name + ".keras"));
    }
    NDArray x = e.get("float32_x");
    NDArray y = e.get("float32_y");
    Sequential trained = new Sequential(
        new Input(6), new Dense(5).activation("tanh").name("first"), new Dense(3).name("last"));
    trained.quantize("float8");
    trained.compile("sgd", "mse");
    for (int i = 0; i < 3; i++) {
      trained.trainOnBatch(x, y);
    }
    trained.save(folder.resolve("made_float8.keras"));
    told.put("float8", numbers(trained.predict(x)));
    Sequential narrow = new Sequential().name("whole");
    // Python's Keras builds the layers of a file before their model: their paths are without its
    // name
    Dense inner = new Dense(4).name("narrow");
    inner.dtype(new DTypePolicyMap().put(".*narrow", "mixed_bfloat16"));
    narrow.add(new Input(6));
    narrow.add(inner);
    narrow.add(new Dense(3).name("last"));
    narrow.save(folder.resolve("made_policies.keras"));
    told.put("policies", numbers(narrow.predict(x)));
    told.put("narrow", inner.computeDtype().kerasName());
    Files.write(folder.resolve("made.json"), new ObjectMapper().writeValueAsBytes(told));
  }

  private static double[] numbers(NDArray a) {
    return a.astype(DType.FLOAT64).toDoubleArray();
  }
}
