package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.models.Load;
import org.keras4j.models.LoadWeights;
import org.keras4j.models.Model;
import org.keras4j.models.Save;
import org.keras4j.models.SaveWeights;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;

/** What loading and saving can be told: parts, shards, folders, layers that do not fit. */
class LoadingOptionsTest {
  private static final double BYTES = 1.0 / (1 << 30);

  @TempDir
  Path folder;

  private static Sequential model(int classes) {
    Sequential m = new Sequential(
        new Input(4),
        new Normalization().statistics(new float[] {1, 2, 3, 4}, new float[] {1, 1, 2, 2}),
        new Dense(8).activation("relu").name("hidden"),
        new Dense(classes).name("head"));
    m.compile("adam", "mse");
    m.fit(new float[4][4], new float[4][classes], Fit.epochs(1).verbose(0));
    return m;
  }

  private static float[][] rows() {
    return new float[][] {{1, 2, 3, 4}, {4, 3, 2, 1}};
  }

  private static String message(Runnable r) {
    return assertThrows(RuntimeException.class, r::run).getMessage();
  }

  private List<String> files(Path where) throws IOException {
    try (Stream<Path> all = Files.walk(where)) {
      return all.filter(Files::isRegularFile)
          .map(p -> where.relativize(p).toString())
          .filter(n -> !n.endsWith(".part"))
          .sorted()
          .toList();
    }
  }

  @Test
  void aModelIsLoadedWithoutBeingCompiled() {
    Sequential m = model(2);
    Path file = folder.resolve("m.keras");
    m.save(file);
    assertTrue(Model.load(file).isCompiled());
    Model bare = Model.load(file, Load.compile(false));
    assertFalse(bare.isCompiled());
    assertNull(bare.optimizer());
    assertEquals(m.predict(rows()), bare.predict(rows()));
  }

  /** A class that nobody registered under the name in the file. */
  @KerasSerializable(pkg = "elsewhere", name = "Twice")
  static final class Twice extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return Ops.multiply(x, 2f);
    }
  }

  @Test
  void filesMayNameFurtherClasses() throws IOException {
    Sequential m = new Sequential(new Input(4), new Twice());
    Path file = folder.resolve("custom");
    m.save(file, Save.zipped(false));
    Path config = file.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("elsewhere>Twice", "theirs>Twice"));
    assertTrue(message(() -> Model.load(file)).contains("Twice"));
    Model again =
        Model.load(file, Load.defaults().customObjects(Map.of("theirs>Twice", Twice.class)));
    assertEquals(m.predict(rows()), again.predict(rows()));
  }

  @Test
  void weightsComeOutOfAModelFile() {
    Sequential m = model(2);
    m.save(folder.resolve("m.keras"));
    Sequential other = model(2);
    assertNotEquals(m.predict(rows()), other.predict(rows()));
    other.loadWeights(folder.resolve("m.keras"));
    assertEquals(m.predict(rows()), other.predict(rows()));
    assertEquals(
        m.optimizer().variables().get(2).value().toNDArray(),
        other.optimizer().variables().get(2).value().toNDArray());
  }

  @Test
  void layersThatDoNotFitKeepTheirWeights() {
    Sequential m = model(2);
    Path file = folder.resolve("m.weights.h5");
    m.saveWeights(file);
    Sequential wider = model(3);
    NDArray head = wider.getLayer("head").getWeights().get(0);
    NDArray hidden = wider.getLayer("hidden").getWeights().get(0);
    assertTrue(message(() -> wider.loadWeights(file)).contains("shape"));
    assertEquals(hidden, wider.getLayer("hidden").getWeights().get(0));
    wider.loadWeights(file, LoadWeights.skipMismatch(true));
    assertEquals(m.getLayer("hidden").getWeights(), wider.getLayer("hidden").getWeights());
    assertEquals(head, wider.getLayer("head").getWeights().get(0));
    // more layers than the file has, one without a bias
    Sequential deeper = new Sequential(
        new Input(4),
        new Dense(8).useBias(false),
        new Dense(8).name("second"),
        new Dense(2).name("third"));
    List<NDArray> before = deeper.getWeights();
    m.saveWeights(folder.resolve("two.weights.h5"));
    deeper.loadWeights(folder.resolve("two.weights.h5"), LoadWeights.skipMismatch(true));
    assertEquals(before.get(0), deeper.getWeights().get(0)); // (4, 8), but alone
    assertEquals(before.get(1), deeper.getWeights().get(1)); // (8, 8), the file's has (8, 2)
    assertEquals(before.get(3), deeper.getWeights().get(3)); // not in the file
  }

  @Test
  void damageIsNoMismatch() throws IOException {
    Sequential m = model(2);
    Path file = folder.resolve("m.weights.h5");
    m.saveWeights(file);
    byte[] bytes = Files.readAllBytes(file);
    bytes[60] ^= 1;
    Files.write(file, bytes);
    message(() -> m.loadWeights(file, LoadWeights.skipMismatch(true)));
  }

  @Test
  void layersMayBeLeftAlone() {
    Sequential m = model(2);
    Path file = folder.resolve("m.weights.h5");
    m.saveWeights(file);
    Sequential other = model(2);
    NDArray kept = other.getLayer("head").getWeights().get(0);
    other.loadWeights(
        file, LoadWeights.defaults().objectsToSkip(other.getLayer("head")).withOptimizer(false));
    assertEquals(kept, other.getLayer("head").getWeights().get(0));
    assertEquals(m.getLayer("hidden").getWeights(), other.getLayer("hidden").getWeights());
    // the layers inside too
    Sequential outer = new Sequential(new Input(4), other);
    List<NDArray> all = outer.getWeights();
    Sequential twin = new Sequential(new Input(4), model(2));
    twin.saveWeights(file);
    outer.loadWeights(file, LoadWeights.defaults().objectsToSkip(other));
    assertEquals(all, outer.getWeights());
  }

  @Test
  void weightsGoIntoSeveralFiles() throws IOException {
    Sequential m = model(2);
    Path index = folder.resolve("m.weights.json");
    m.saveWeights(index, SaveWeights.maxShardSize(150 * BYTES));
    List<String> names = files(folder);
    assertTrue(names.size() > 3, names.toString());
    assertTrue(names.contains("m.weights.json") && names.contains("m_00000.weights.h5"));
    assertTrue(
        Files.readString(index).contains("\"/layers/dense/vars\":["), "one layer in two files");
    Sequential other = model(2);
    other.loadWeights(index);
    assertEquals(m.getWeights(), other.getWeights());
    assertEquals(m.optimizer().variables().size(), other.optimizer().variables().size());
    Sequential wider = model(3);
    wider.loadWeights(index, LoadWeights.skipMismatch(true));
    assertEquals(m.getLayer("hidden").getWeights(), wider.getLayer("hidden").getWeights());
    // again, over the old ones
    other.setWeights(other.getWeights().stream()
        .map(w -> NDArray.zeros(w.dtype(), w.shape()))
        .toList());
    other.saveWeights(index, SaveWeights.maxShardSize(300 * BYTES));
    m.loadWeights(index);
    assertEquals(other.getWeights(), m.getWeights());
  }

  @Test
  void shardsThatCannotBeAreErrors() throws IOException {
    Sequential m = model(2);
    Path index = folder.resolve("m.weights.json");
    assertTrue(message(() -> m.saveWeights(index, SaveWeights.maxShardSize(100 * BYTES)))
        .contains("maxShardSize"));
    assertFalse(Files.exists(index));
    message(() -> SaveWeights.maxShardSize(0));
    message(() -> SaveWeights.maxShardSize(Double.NaN));
    message(() -> m.saveWeights(index));
    message(() -> m.saveWeights(folder.resolve("m.weights.h5"), SaveWeights.maxShardSize(1)));
    m.saveWeights(index, SaveWeights.maxShardSize(150 * BYTES));
    assertTrue(message(() -> m.saveWeights(index, SaveWeights.maxShardSize(1).overwrite(false)))
        .contains("exists"));
    String good = Files.readString(index);
    List<NDArray> before = m.getWeights();
    List<String> bad = new ArrayList<>();
    for (String name : List.of("../m_00000.weights.h5", "/etc/hosts", "a/b.h5", "..", "")) {
      bad.add(good.replace("\"m_00000.weights.h5\"", "\"" + name + "\""));
    }
    bad.add(good.replace("m_00001", "m_00009"));
    bad.add(good.replace("m_00001", "m_00000")); // which has no such group
    bad.add(good.replace("weight_map", "other"));
    bad.add("{\"weight_map\": {\"/layers/dense/vars\": [7]}}");
    bad.add("[]");
    bad.add("{");
    for (String text : bad) {
      Files.writeString(index, text);
      String m2 = message(() -> m.loadWeights(index));
      assertTrue(m2.contains("m.weights.json"), m2);
      assertEquals(before, m.getWeights());
    }
    Files.writeString(index, good);
    m.loadWeights(index);
  }

  @Test
  void aModelIsAFolder() throws IOException {
    Sequential m = model(2);
    Path where = folder.resolve("model");
    m.save(where, Save.zipped(false));
    assertEquals(List.of("config.json", "metadata.json", "model.weights.h5"), files(where));
    Model again = Model.load(where);
    assertEquals(m.predict(rows()), again.predict(rows()));
    assertTrue(again.isCompiled());
    assertFalse(Model.load(where, Load.compile(false)).isCompiled());
    Files.writeString(where.resolve("README.md"), "kept");
    // what the older model had and this one has not goes, the rest of the folder stays
    Sequential words = new Sequential(new Input(1).dtype("string"), new StringLookup());
    ((StringLookup) words.getLayer(0)).adapt(new String[] {"a", "b", "b"});
    words.save(where, Save.zipped(false));
    assertTrue(files(where).toString().contains("assets/layers/string_lookup/vocabulary.txt"));
    Object out = Model.load(where)
        .predictOnBatch(NDArray.ofStrings(new String[] {"b", "z"}, Shape.of(2, 1)));
    assertEquals(
        words.predictOnBatch(NDArray.ofStrings(new String[] {"b", "z"}, Shape.of(2, 1))), out);
    m.save(where, Save.zipped(false));
    assertEquals(
        List.of("README.md", "config.json", "metadata.json", "model.weights.h5"), files(where));
    assertTrue(
        message(() -> m.save(where, Save.zipped(false).overwrite(false))).contains("exists"));
    message(() -> m.save(folder.resolve("m.keras"), Save.zipped(false)));
    message(() -> m.save(folder.resolve("plain")));
    message(() -> Model.load(folder));
  }

  @Test
  void whatIsThereMayBeKept() {
    Sequential m = model(2);
    Path file = folder.resolve("m.keras");
    m.save(file, Save.defaults().overwrite(false));
    assertTrue(message(() -> m.save(file, Save.defaults().overwrite(false))).contains("exists"));
    Path weights = folder.resolve("m.weights.h5");
    m.saveWeights(weights, SaveWeights.defaults().overwrite(false));
    message(() -> m.saveWeights(weights, SaveWeights.defaults().overwrite(false)));
  }

  @Test
  void architectureGoesThroughJson() {
    Sequential m = model(2);
    Model again = Model.fromJson(m.toJson());
    assertTrue(again.isCompiled());
    again.setWeights(m.getWeights());
    assertEquals(m.predict(rows()), again.predict(rows()));
    assertEquals(m.toJson(), again.toJson());
    assertFalse(Model.fromJson(m.toJson(), Load.compile(false)).isCompiled());
    message(() -> Model.fromJson("[1]"));
    message(() -> Model.fromJson("{}"));
    assertTrue(message(() -> Model.fromJson(
            "{\"module\":\"keras.layers\",\"class_name\":\"Flatten\",\"config\":{}}"))
        .contains("no model"));
  }
}
