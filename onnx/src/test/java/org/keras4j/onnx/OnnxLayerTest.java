package org.keras4j.onnx;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.onnx.runtime.OnnxSession;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.SGD;

/**
 * ONNX files as layers and models, on every backend. With the file {@code all-minilm-l6-v2.onnx} on the class path (the
 * Maven profile {@code minilm}) a whole BERT too.
 */
class OnnxLayerTest {
  // strings are on no device, and these cannot be told apart by their order
  private static final Set<ExportedModels> OTHERS =
      EnumSet.of(ExportedModels.TOKENS, ExportedModels.TEXTS, ExportedModels.NAMED);

  @TempDir
  Path folder;

  @BeforeEach
  void backend() {
    Keras.setBackend("pytorch");
  }

  private static void same(String what, double tolerance, NDArray want, NDArray got) {
    assertEquals(want.shape(), got.shape(), what);
    for (int i = 0; i < want.size(); i++) {
      double allowed = tolerance * (1 + Math.abs(want.getDouble(i)));
      assertEquals(want.getDouble(i), got.getDouble(i), allowed, what + ", element " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "xla"})
  void exportedModelsComeBack(String backend) {
    Keras.setBackend(backend);
    for (ExportedModels kind : ExportedModels.values()) {
      if (OTHERS.contains(kind)) {
        continue;
      }
      Model model = kind.make();
      Path file = folder.resolve(kind + ".onnx");
      model.export(file, "onnx");
      Functional read = assertDoesNotThrow(() -> OnnxLayer.model(file), kind.name());
      List<NDArray> x = ExportedModels.inputs(model, 3, 1);
      List<NDArray> want = ExportedModels.outputs(model, x);
      List<NDArray> got = ExportedModels.outputs(read, x);
      for (int i = 0; i < want.size(); i++) {
        same(backend + " " + kind + " " + i, kind.tolerance(), want.get(i), got.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "xla"})
  void trains(String backend) {
    Keras.setBackend(backend);
    Sequential model = new Sequential(new Input(4), new Dense(8).activation("tanh"), new Dense(1));
    Path file = folder.resolve("small.onnx");
    model.export(file, "onnx");
    Functional read = OnnxLayer.model(file);
    assertEquals(4, read.trainableWeights().size());
    NDArray x = NDArray.zeros(org.keras4j.core.DType.FLOAT32, org.keras4j.core.Shape.of(32, 4));
    NDArray y = NDArray.zeros(org.keras4j.core.DType.FLOAT32, org.keras4j.core.Shape.of(32, 1));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.sin(i));
    }
    for (int i = 0; i < y.size(); i++) {
      y.setDouble(i, x.getDouble(4 * i) - x.getDouble(4 * i + 2));
    }
    for (Model m : List.of(model, read)) {
      m.compile("sgd", "mse");
    }
    double[] ours = losses(model, x, y);
    double[] theirs = losses(read, x, y);
    for (int i = 0; i < ours.length; i++) {
      assertEquals(ours[i], theirs[i], 1e-5);
    }
    assertTrue(theirs[2] < theirs[0], "it learns");
  }

  private static double[] losses(Model m, NDArray x, NDArray y) {
    return m
        .fit(x, y, Fit.epochs(3).batchSize(32).shuffle(false).verbose(0))
        .history()
        .get("loss")
        .stream()
        .mapToDouble(Number::doubleValue)
        .toArray();
  }

  @Test
  void saysWhatItCannotRead() throws IOException {
    Path file = folder.resolve("no.onnx");
    Files.writeString(file, "no ONNX file at all");
    assertThrows(IllegalArgumentException.class, () -> new OnnxLayer(file));
    Path good = folder.resolve("good.onnx");
    new Sequential(new Input(4), new Dense(3)).export(good, "onnx");
    byte[] bytes = Files.readAllBytes(good);
    for (int n = 1;
        n < bytes.length;
        n += 7) { // cut short anywhere: refused, or without what is missing
      Files.write(file, java.util.Arrays.copyOf(bytes, n));
      try {
        new OnnxLayer(file);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("no.onnx"), e.getMessage());
      }
    }
    OnnxLayer layer = new OnnxLayer(good);
    Exception e = assertThrows(
        IllegalArgumentException.class,
        () -> layer.invoke(List.of(new Input(4).output(), new Input(4).output())));
    assertTrue(e.getMessage().contains("expected 1 inputs"), e.getMessage());
  }

  @Test
  void miniLm() throws IOException {
    InputStream in = OnnxLayerTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx");
    assumeTrue(in != null, "the profile minilm brings the file");
    Path file = folder.resolve("minilm.onnx");
    Files.copy(in, file);
    Functional bert = OnnxLayer.model(file);
    NDArray ids =
        NDArray.of(new long[] {101, 7592, 2088, 999, 102, 101, 2009, 2003, 9560, 102}, 2, 5);
    NDArray mask = NDArray.of(new long[] {1, 1, 1, 1, 1, 1, 1, 1, 0, 0}, 2, 5);
    NDArray types = NDArray.zeros(org.keras4j.core.DType.INT64, ids.shape());
    Map<String, NDArray> named =
        Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types);
    List<NDArray> x = bert.inputNames().stream().map(named::get).toList();
    NDArray want;
    try (OnnxSession session = OnnxSession.load(file)) {
      want = session.run(session.inputs().stream().map(named::get).toList()).get(0);
    }
    NDArray got = ExportedModels.outputs(bert, x).get(0);
    same("MiniLM", 1e-4, want, got);
    Model classifier = Model.of(
        bert.inputs(),
        new Dense(1).invoke(new GlobalAveragePooling1D().invoke(bert.outputs().get(0))));
    classifier.compile(new SGD(1e-3), "mse");
    NDArray before = classifier.weights().get(0).eager().toNDArray().copy();
    NDArray goal = NDArray.of(new float[] {1, -1}, 2, 1);
    double first = loss(classifier, x, goal);
    double second = loss(classifier, x, goal);
    assertTrue(second < first, first + " then " + second);
    assertNotEquals(before, classifier.weights().get(0).eager().toNDArray());
  }

  private static double loss(Model m, List<NDArray> x, NDArray y) {
    return m.fit(x, y, Fit.epochs(1).batchSize(2).verbose(0))
        .history()
        .get("loss")
        .get(0)
        .doubleValue();
  }
}
