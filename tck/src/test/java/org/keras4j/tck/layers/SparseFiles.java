package org.keras4j.tck.layers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.NDArray;
import org.keras4j.core.SparseArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/**
 * What {@code scripts/record_sparse.py} wrote. As a program it writes the models again, and one that is made here, into a folder, which
 * that script checks.
 */
final class SparseFiles {
  static final List<String> MODELS = List.of("linear", "chain", "joined", "coded");
  private static final Path FOLDER = Path.of(
      System.getProperty("keras4j.home", ".."), "tck/src/test/resources/org/keras4j/tck/sparse");

  private SparseFiles() {}

  /** Writes what was read and what was made here as {@code .keras} into a folder. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    for (String name : MODELS) {
      model(name).save(folder.resolve("copied_" + name + ".keras"));
    }
    Sequential made =
        new Sequential(new Input(1000).sparse(true), new Dense(3).activation("relu"), new Dense(1));
    made.compile("adam", "mse");
    SparseArray x = SparseArray.ofRows(
        1000, new int[][] {{1, 999, 40}, {7}, {}}, new float[][] {{1, -2, 0.5f}, {3}, {}});
    made.fit(
        x, new float[][] {{1}, {2}, {3}}, org.keras4j.training.Fit.epochs(2).verbose(0));
    made.save(folder.resolve("made.keras"));
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("indices", rows(x.indices()));
    told.put("values", x.values().toDoubleArray());
    told.put("shape", x.shape().toArray());
    told.put("predictions", rows(made.predict(x)));
    Files.write(folder.resolve("made.json"), new ObjectMapper().writeValueAsBytes(told));
  }

  private static double[][] rows(NDArray a) {
    int n = (int) a.shape().last();
    double[][] out = new double[a.size() / n][n];
    for (int i = 0; i < a.size(); i++) {
      out[i / n][i % n] = a.getDouble(i);
    }
    return out;
  }

  static Model model(String name) {
    return Model.load(FOLDER.resolve(name + ".keras"));
  }

  static Map<?, ?> json(String name) {
    try (InputStream in = Files.newInputStream(FOLDER.resolve(name))) {
      return new ObjectMapper().readValue(in, Map.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
