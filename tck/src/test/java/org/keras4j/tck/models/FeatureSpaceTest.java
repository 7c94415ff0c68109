package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.preprocessing.Rescaling;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.features.FeatureSpace;
import org.keras4j.training.Fit;
import org.keras4j.training.data.Batch;

/** Feature spaces: of Keras's files, made here, inside of models and outside, on all forms of tables. */
class FeatureSpaceTest {
  private static final double NEAR = 1e-5;

  private static void holds(FeatureSpace joined, FeatureSpace byName) {
    Map<String, NDArray> found = new TreeMap<>();
    for (String which : List.of("seen", "unseen")) {
      Map<String, Object> table = FeatureSpaceFiles.table(which);
      found.put("joined/" + which, joined.invoke(table).toNDArray());
      byName
          .invokeEach(table)
          .forEach((k, v) -> found.put("by_name/" + which + "/" + k, ((Tensor) v).toNDArray()));
    }
    Map<String, Object> row = row(1);
    found.put("joined/row", joined.invoke(row).toNDArray());
    byName
        .invokeEach(row)
        .forEach((k, v) -> found.put("by_name/row/" + k, ((Tensor) v).toNDArray()));
    Map<String, NDArray> expected = new TreeMap<>(FeatureSpaceFiles.expected());
    expected.remove("model");
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, e) -> {
      assertEquals(e.dtype(), found.get(name).dtype(), name);
      assertEquals(0, Recorded.distance(e, found.get(name)), NEAR, name);
    });
  }

  private static Map<String, Object> row(int i) {
    Map<String, Object> out = new HashMap<>();
    FeatureSpaceFiles.table("unseen").forEach((k, v) -> out.put(k, ((List<?>) v).get(i)));
    return out;
  }

  private static List<Map<String, Object>> rows(Map<String, Object> table) {
    List<Map<String, Object>> out = new ArrayList<>();
    table.forEach((k, v) -> {
      for (int i = 0; i < ((List<?>) v).size(); i++) {
        if (out.size() == i) {
          out.add(new LinkedHashMap<>());
        }
        out.get(i).put(k, ((List<?>) v).get(i));
      }
    });
    return out;
  }

  @Test
  void filesOfKeras() {
    holds(
        FeatureSpace.load(FeatureSpaceFiles.file("joined.keras")),
        FeatureSpace.load(FeatureSpaceFiles.file("by_name.keras")));
  }

  @Test
  void adaptedHere() {
    FeatureSpace joined = FeatureSpaceFiles.joined();
    FeatureSpace byName = FeatureSpaceFiles.byName();
    joined.adapt(FeatureSpaceFiles.table("seen"));
    byName.adapt(FeatureSpaceFiles.table("seen"));
    holds(joined, byName);
  }

  @Test
  void adaptedToRows() {
    FeatureSpace joined = FeatureSpaceFiles.joined();
    FeatureSpace byName = FeatureSpaceFiles.byName();
    joined.adapt(rows(FeatureSpaceFiles.table("seen")));
    byName.adapt(rows(FeatureSpaceFiles.table("seen")).stream());
    holds(joined, byName);
  }

  @Test
  void adaptedToBatches() {
    FeatureSpace joined = FeatureSpaceFiles.joined();
    FeatureSpace byName = FeatureSpaceFiles.byName();
    List<Map<String, Object>> batches = new ArrayList<>();
    for (int from = 0; from < 70; from += 32) {
      int start = from;
      Map<String, Object> batch = new HashMap<>();
      FeatureSpaceFiles.table("seen")
          .forEach((k, v) -> batch.put(k, ((List<?>) v).subList(start, Math.min(70, start + 32))));
      batches.add(batch);
    }
    joined.adapt(batches);
    byName.adapt(batches.stream().map(Batch::of).iterator());
    holds(joined, byName);
  }

  @Test
  void savedAndLoaded(@TempDir Path folder) {
    for (FeatureSpace space : List.of(FeatureSpaceFiles.joined(), FeatureSpaceFiles.byName())) {
      space.adapt(FeatureSpaceFiles.table("seen"));
      space.save(folder.resolve(space.crosses().size() + ".keras"));
    }
    holds(
        FeatureSpace.load(folder.resolve("2.keras")), FeatureSpace.load(folder.resolve("1.keras")));
    Exception e = assertThrows(RuntimeException.class, () -> Model.load(folder.resolve("2.keras")));
    assertTrue(e.getMessage().contains("FeatureSpace, which is no model"), e.getMessage());
  }

  @Test
  void modelsOfKerasWithASpace() {
    NDArray found = Model.load(FeatureSpaceFiles.file("model.keras"))
        .predict(FeatureSpaceFiles.table("unseen"));
    assertEquals(0, Recorded.distance(FeatureSpaceFiles.expected().get("model"), found), NEAR);
  }

  /** A model takes raw values, trains on them, and is saved with what the space took of data. */
  @Test
  void insideOfAModel(@TempDir Path folder) {
    FeatureSpace space = FeatureSpaceFiles.joined();
    Map<String, Object> table = FeatureSpaceFiles.table("seen");
    space.adapt(table);
    KerasTensor encoded = assertInstanceOf(KerasTensor.class, space.getEncodedFeatures());
    Functional model = Model.of(space.getInputs(), new Dense(1).invoke(encoded));
    model.compile("adam", "mse");
    float[][] y = new float[70][1];
    model.fit(table, y, Fit.epochs(1).verbose(0));
    NDArray before = model.predict(FeatureSpaceFiles.table("unseen"));
    model.save(folder.resolve("model.keras"));
    NDArray after =
        Model.load(folder.resolve("model.keras")).predict(FeatureSpaceFiles.table("unseen"));
    assertEquals(0, Recorded.distance(before, after), NEAR);
    // the same from outside
    NDArray rows = space.invoke(FeatureSpaceFiles.table("unseen")).toNDArray();
    Functional head = Model.of(encoded, model.outputs().get(0));
    assertEquals(0, Recorded.distance(before, head.predict(rows)), NEAR);
  }

  @Test
  void whatIsInASpace() {
    FeatureSpace space = FeatureSpaceFiles.byName();
    space.adapt(FeatureSpaceFiles.table("seen"));
    assertInstanceOf(StringLookup.class, space.preprocessors().get("word"));
    assertEquals(11, space.crossers().get("word_X_number").numBins());
    assertEquals(
        new TreeSet<>(List.of("bins", "normal", "note", "number", "word")),
        space.getInputs().keySet());
    assertEquals(
        Shape.of(-1, 1), ((KerasTensor) space.getPreprocessedFeatures().get("bins")).shape());
    Map<?, ?> encoded = assertInstanceOf(Map.class, space.getEncodedFeatures());
    assertEquals(Shape.of(-1, 3), ((KerasTensor) encoded.get("bins")).shape());
    assertEquals(3, space.nonTrainableVariables().size());
  }

  @Test
  void arraysOfJava() {
    FeatureSpace space = new FeatureSpace()
        .feature("a", FeatureSpace.floatPlain())
        .feature("b", FeatureSpace.floatDiscretized(new double[] {0, 10}))
        .feature("c", FeatureSpace.integerHashed(3));
    Map<String, Object> columns = Map.of(
        "a", new double[] {1, 2}, "b", new int[][] {{-1}, {5}}, "c", new boolean[] {true, false});
    NDArray out = space.invoke(columns).toNDArray();
    assertEquals(Shape.of(2, 7), out.shape());
    assertEquals(
        List.of(1f, 1f, 0f, 0f),
        List.of(out.getFloat(0), out.getFloat(1), out.getFloat(2), out.getFloat(3)));
    assertEquals(2f, out.getFloat(7));
    assertEquals(1f, out.getFloat(9));
    List<Map<String, Object>> rows =
        List.of(Map.of("a", 1, "b", -1.0, "c", 1), Map.of("a", 2, "b", 5.0, "c", 0));
    assertEquals(out, space.invoke(rows).toNDArray());
    assertEquals(Shape.of(7), space.invoke(rows.get(0)).shape());
  }

  private static void fails(String part, Runnable body) {
    RuntimeException e = assertThrows(RuntimeException.class, body::run);
    assertTrue(
        e instanceof IllegalArgumentException || e instanceof IllegalStateException, e::toString);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void mistakesAreNamed() {
    fails("has no features", () -> new FeatureSpace().getInputs());
    fails("expects one of", () -> new FeatureSpace().feature("a", "text"));
    fails(
        "the features are [a]",
        () -> new FeatureSpace().feature("a", "float").cross("a", "b").crosses());
    fails("two features", () -> new FeatureSpace().feature("a", "float").feature("a", "float"));
    fails("expects one of", () -> new FeatureSpace().outputMode("list"));
    FeatureSpace space = new FeatureSpace().feature("n", "float_normalized");
    fails("must be adapted", () -> space.invoke(Map.of("n", 1f)));
    fails("has a feature 'n', the data has [m]", () -> space.adapt(Map.of("m", new float[2])));
    fails("expects numbers", () -> space.adapt(Map.of("n", new String[] {"a"})));
    fails("adapt expects", () -> space.adapt(3));
    space.adapt(Map.of("n", new float[] {1, 2}));
    fails("has a feature 'n', got [m]", () -> space.invoke(Map.of("m", 1f)));
    fails("map of columns by name", () -> space.invoke(new float[] {1}));
    fails("comes too late", () -> space.outputMode("dict"));
    fails("is no layer of a model", () -> space.invoke(space.getInputs()));
    FeatureSpace ints = new FeatureSpace().feature("i", FeatureSpace.integerHashed(3));
    fails("expects integers", () -> ints.invoke(Map.of("i", 1.5)));
    fails(
        "use outputMode(\"dict\")",
        () -> new FeatureSpace()
            .feature("i", FeatureSpace.integerHashed(3).outputMode("int"))
            .getInputs());
    fails(
        "and not integers",
        () -> new FeatureSpace()
            .feature("f", FeatureSpace.feature("float32", new Rescaling(2), "one_hot"))
            .getInputs());
    fails("joins its features", () -> ints.invokeEach(Map.of("i", 1)));
    assertFalse(space.isTrainable() && space.trainableWeights().size() > 0);
  }
}
