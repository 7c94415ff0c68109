package org.keras4j.tck.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.models.Model;
import org.keras4j.models.features.FeatureSpace;

/**
 * What {@code scripts/record_feature_spaces.py} wrote, and the same spaces made here. As a program it writes both into a folder, which
 * that script checks.
 */
final class FeatureSpaceFiles {
  private static final String FOLDER = "/org/keras4j/tck/features/";

  private FeatureSpaceFiles() {}

  /** Writes what was read and what was made here as {@code .keras} into a folder. */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    for (String name : List.of("joined", "by_name")) {
      FeatureSpace.load(file(name + ".keras")).save(folder.resolve("copied_" + name + ".keras"));
      FeatureSpace made = name.equals("joined") ? joined() : byName();
      made.adapt(table("seen"));
      made.save(folder.resolve("made_" + name + ".keras"));
    }
    Model.load(file("model.keras")).save(folder.resolve("copied_model.keras"));
  }

  static Path file(String name) {
    URL url = Objects.requireNonNull(FeatureSpaceFiles.class.getResource(FOLDER + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The columns of the table that the spaces are adapted to, or of the rows that they have not seen. */
  static Map<String, Object> table(String which) {
    try (InputStream in = FeatureSpaceFiles.class.getResourceAsStream(FOLDER + "table.json")) {
      Map<?, ?> all = new ObjectMapper().readValue(in, Map.class);
      Map<String, Object> out = new TreeMap<>();
      ((Map<?, ?>) all.get(which)).forEach((k, v) -> out.put((String) k, v));
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, NDArray> expected() {
    try {
      return Npz.read(file("arrays.npz"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FeatureSpace joined() {
    return new FeatureSpace()
        .feature("plain", "float")
        .feature("scaled", FeatureSpace.floatRescaled(0.5, -1))
        .feature("normal", "float_normalized")
        .feature("bins", FeatureSpace.floatDiscretized(4))
        .feature("number", FeatureSpace.integerCategorical(8, 2))
        .feature("word", "string_categorical")
        .feature("number_hash", FeatureSpace.integerHashed(7))
        .feature("word_hash", "string_hashed")
        .feature(
            "given", FeatureSpace.feature("float32", new Normalization().statistics(3, 4), "float"))
        .cross("word", "number")
        .cross(5, "bins", "word")
        .crossingDim(16)
        .hashingDim(9);
  }

  static FeatureSpace byName() {
    return new FeatureSpace()
        .feature("word", FeatureSpace.stringCategorical().outputMode("int"))
        .feature("number", FeatureSpace.integerCategorical().outputMode("int"))
        .feature("bins", "float_discretized")
        .feature("normal", FeatureSpace.floatNormalized())
        .feature(
            "note",
            FeatureSpace.feature("string", new TextVectorization().outputSequenceLength(3), "int"))
        .crosses(List.of(FeatureSpace.cross(11, List.of("word", "number")).outputMode("int")))
        .outputMode("dict")
        .numDiscretizationBins(3);
  }
}
