package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.preprocessing.Discretization;
import org.keras4j.layers.preprocessing.IntegerLookup;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/** What preprocessing layers learned from data goes into model files and comes back. */
@Tag("pytorch")
class AssetsTest {
  private static final NDArray WORDS =
      NDArray.ofStrings(new String[] {"a", "b", "b", "\u00e9t\u00e9"}, Shape.of(4, 1));
  private static final NDArray TEXTS =
      NDArray.ofStrings(new String[] {"the b, a", "the unknown A!"}, Shape.of(2, 1));

  @TempDir
  Path folder;

  private Path check(Layer layer, String dtype, NDArray x) {
    Sequential chain = new Sequential(new Input(1).dtype(dtype), layer);
    NDArray expected = chain.predict(x);
    Input start = new Input(1);
    start.dtype(dtype);
    KerasTensor in = start.output();
    Model m = Model.of(in, layer.invoke(in));
    assertEquals(expected, m.predict(x));
    Path file = folder.resolve(layer.name() + ".keras");
    m.save(file);
    Model again = Model.load(file);
    assertEquals(expected, again.predict(x));
    Path second = folder.resolve(layer.name() + "2.keras");
    again.save(second);
    assertEquals(expected, Model.load(second).predict(x));
    return file;
  }

  private static String entry(Path file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return new String(
          zip.getInputStream(zip.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void vocabularies() throws IOException {
    StringLookup words = new StringLookup().maskToken("");
    words.adapt(WORDS);
    Path file = check(words, "string", WORDS);
    assertEquals(
        "\n[UNK]\nb\n\u00e9t\u00e9\na", entry(file, "assets/layers/string_lookup/vocabulary.txt"));
    StringLookup weighted = new StringLookup().outputMode("tf_idf");
    weighted.adapt(WORDS);
    check(weighted, "string", WORDS);
    check(new StringLookup().vocabulary(List.of("b", "c")), "string", WORDS);
    check(new StringLookup(), "string", WORDS); // which has learned nothing
    IntegerLookup numbers = new IntegerLookup().maskToken(0).numOovIndices(2);
    NDArray values = NDArray.of(new long[] {7, 7, 9, 0, -4}).reshape(5, 1);
    numbers.adapt(values);
    file = check(numbers, "int64", values);
    assertTrue(
        entry(file, "assets/layers/integer_lookup/vocabulary.txt").startsWith("0\n-1\n-1\n7"));
  }

  @Test
  void texts() throws IOException {
    TextVectorization v = new TextVectorization().outputSequenceLength(5);
    v.adapt(TEXTS);
    Path file = check(v, "string", TEXTS);
    String outer = entry(file, "assets/layers/text_vectorization/vocabulary.txt");
    assertEquals(
        outer, entry(file, "assets/layers/text_vectorization/_lookup_layer/vocabulary.txt"));
    TextVectorization weighted = new TextVectorization().outputMode("tf_idf");
    weighted.adapt(TEXTS);
    check(weighted, "string", TEXTS);
  }

  @Test
  void numbers() {
    NDArray x = NDArray.of(new float[] {1, 2, 4, 9}).reshape(4, 1);
    Normalization n = new Normalization();
    n.adapt(x);
    check(n, "float32", x);
    Discretization d = new Discretization(3);
    d.adapt(x);
    check(d, "float32", x);
  }
}
