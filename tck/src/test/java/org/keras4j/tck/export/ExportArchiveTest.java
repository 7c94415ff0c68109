package org.keras4j.tck.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.backend.tensorflow.TensorFlowTensors;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.npy.Npz;
import org.keras4j.core.spi.Backend;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.saving.ExportArchive;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.optimizers.Adam;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.types.family.TType;

/** SavedModels of several endpoints, run by TensorFlow-Java without the models that they are of. */
@Tag("several-backends")
class ExportArchiveTest {
  private static final TensorSpec ROWS = TensorSpec.of(DType.FLOAT32, -1, 3);

  @BeforeEach
  void start() {
    Keras.setBackend("pytorch");
    SeedGenerator.setRandomSeed(5);
  }

  @AfterEach
  void back() {
    Keras.setBackend("pytorch");
  }

  private static NDArray rows(int n) {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(n, 3));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.sin(2 * i));
    }
    return x;
  }

  private static Map<String, NDArray> run(
      SavedModelBundle bundle, String endpoint, Map<String, NDArray> arguments) {
    Backend b = Keras.backend("tensorflow");
    Map<String, org.tensorflow.Tensor> named = new LinkedHashMap<>();
    arguments.forEach((name, a) -> {
      try (EagerTensor t = new EagerTensor(b, b.fromHost(a, "cpu:0"))) {
        named.put(name, TensorFlowTensors.to(t));
      }
    });
    Map<String, NDArray> out = new LinkedHashMap<>();
    try (Result r = bundle.function(endpoint).call(named)) {
      for (Map.Entry<String, org.tensorflow.Tensor> e : r) {
        out.put(e.getKey(), TensorFlowTensors.from((TType) e.getValue()).toNDArray());
      }
    }
    named.values().forEach(org.tensorflow.Tensor::close);
    return out;
  }

  private static NDArray run(SavedModelBundle bundle, String endpoint, NDArray x) {
    String name = bundle.function(endpoint).signature().inputNames().iterator().next();
    return run(bundle, endpoint, Map.of(name, x)).get("output_0");
  }

  private static void close(NDArray expected, NDArray got) {
    assertEquals(expected.spec(), got.spec());
    assertArrayEquals(expected.toFloatArray(), got.toFloatArray(), 1e-5f);
  }

  private static Path kept(Path dir) throws IOException {
    String kept = System.getProperty("keras4j.savedModels");
    return kept == null ? dir : Files.createDirectories(Path.of(kept));
  }

  @Test
  void endpointsShareTheirWeights(@TempDir Path dir) throws IOException {
    Dense first = new Dense(4).activation("tanh").name("first");
    Sequential model = new Sequential(new Input(3).name("x"), first, new Dense(2).name("last"));
    model.compile("adam", "mse");
    model.fit(rows(8), new float[8][2], Fit.epochs(1).verbose(0));
    Map<String, TensorSpec> two = new LinkedHashMap<>();
    two.put("right", ROWS);
    two.put("left", ROWS);
    Path target = kept(dir).resolve("archive");
    ExportArchive archive = new ExportArchive()
        .track(model)
        .addEndpoint("embed", in -> first.invoke(in[0]), ROWS)
        .addEndpoint(
            "compare",
            in -> Map.of(
                "difference", Ops.subtract(model.invoke(in[0]), model.invoke(in[1])),
                "sum", Ops.add(in[0], in[1])),
            two)
        .trackAndAddEndpoint("serve", model)
        .addVariableCollection("optimizer_variables", model.optimizer().variables());
    assertEquals(model.variables(), archive.variables());
    assertEquals(model.trainableVariables(), archive.trainableVariables());
    archive.writeOut(target);
    NDArray x = rows(5);
    NDArray z = rows(5);
    z.setDouble(0, 3);
    NDArray embedded = ((Tensor) first.invoke(x)).toNDArray();
    try (SavedModelBundle bundle = SavedModelBundle.load(target.toString(), "serve")) {
      TreeSet<String> names = new TreeSet<>();
      for (Signature s : bundle.signatures()) {
        names.add(s.key());
      }
      assertEquals(new TreeSet<>(List.of("compare", "embed", "serve", "serving_default")), names);
      close(embedded, run(bundle, "embed", x));
      close(embedded, run(bundle, "serving_default", x));
      close(model.predict(x), run(bundle, "serve", x));
      Map<String, NDArray> got = run(bundle, "compare", Map.of("right", z, "left", x));
      close(Ops.add(z, x).toNDArray(), got.get("sum"));
      close(Ops.subtract(model.predict(z), model.predict(x)).toNDArray(), got.get("difference"));
      assertEquals(2, got.size());
    }
    Npz.write(
        target.resolveSibling("archive.npz"),
        Map.of("x", x, "z", z, "embed", embedded, "serve", model.predict(x)));
  }

  /** What an endpoint assigns, its calls change: statistics, and the state of the generator that dropout draws from. */
  @Test
  void callsChangeWhatTheyAssign(@TempDir Path dir) throws IOException {
    Sequential model = new Sequential(
        new Input(3), new Dense(3), new BatchNormalization().momentum(0.5), new Dropout(0.5));
    Path target = dir.resolve("stateful");
    new ExportArchive()
        .trackAndAddEndpoint("serve", model)
        .addEndpoint(
            "train",
            in -> model.invoke(in[0], CallArgs.training(true)),
            TensorSpec.of(DType.FLOAT32, 6, 3))
        .writeOut(target);
    NDArray x = rows(6);
    try (SavedModelBundle bundle = SavedModelBundle.load(target.toString(), "serve")) {
      NDArray before = model.predict(x);
      close(before, run(bundle, "serve", x));
      for (int i = 0; i < 3; i++) {
        close(model.invoke(x, CallArgs.training(true)).toNDArray(), run(bundle, "train", x));
      }
      close(model.predict(x), run(bundle, "serve", x));
      assertTrue(!before.equals(model.predict(x)));
    }
  }

  /** Training steps run in TensorFlow learn what fit learns, and say the same of it. */
  @Test
  void trainsWithoutTheModel(@TempDir Path dir) throws IOException {
    Sequential model = new Sequential(
        new Input(3),
        // a bias before a normalization has gradients of noise, which Adam makes as large as others
        new Dense(8).useBias(false),
        new BatchNormalization(),
        new Activation("relu"),
        new Dropout(0.2),
        new Dense(1));
    model.compile(new Adam(0.01), "mse", "mae");
    Path target = kept(dir).resolve("trainable");
    new ExportArchive()
        .addTrainStep(
            "train", model, TensorSpec.of(DType.FLOAT32, 6, 3), TensorSpec.of(DType.FLOAT32, 6, 1))
        .trackAndAddEndpoint("serve", model)
        .writeOut(target);
    NDArray x = rows(18);
    NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(18, 1));
    for (int i = 0; i < 18; i++) {
      y.setDouble(i, x.getDouble(3 * i) + 1);
    }
    NDArray untrained = model.predict(x);
    History fitted = model.fit(x, y, Fit.epochs(1).batchSize(6).shuffle(false).verbose(0));
    try (SavedModelBundle bundle = SavedModelBundle.load(target.toString(), "serve")) {
      close(untrained, run(bundle, "serve", x));
      Map<String, NDArray> logs = Map.of();
      for (int i = 0; i < 18; i += 6) {
        logs = run(bundle, "train", Map.of("x", x.slice(i, i + 6), "y", y.slice(i, i + 6)));
      }
      close(model.predict(x), run(bundle, "serve", x));
      assertEquals(fitted.get("loss").get(0), logs.get("loss").getDouble(0), 1e-5);
      assertEquals(fitted.get("mae").get(0), logs.get("mae").getDouble(0), 1e-5);
    }
    Npz.write(
        target.resolveSibling("trainable.npz"),
        Map.of("x", x, "y", y, "predictions", model.predict(x)));
  }

  @Test
  void saysWhatIsWrong(@TempDir Path dir) {
    Sequential model = new Sequential(new Input(3), new Dense(2));
    ExportArchive archive = new ExportArchive().trackAndAddEndpoint("serve", model);
    Exception e = assertThrows(
        IllegalArgumentException.class, () -> archive.trackAndAddEndpoint("serve", model));
    assertTrue(e.getMessage().contains("already taken"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> archive.addEndpoint("none", in -> model.invoke(in[0])));
    assertThrows(IllegalArgumentException.class, () -> archive.addEndpoint("a b", in -> in, ROWS));
    assertThrows(IllegalStateException.class, () -> archive.track(new Dense(2)));
    assertThrows(IllegalStateException.class, () -> new ExportArchive().writeOut(dir.resolve("x")));
    assertThrows(IllegalStateException.class, () -> archive.addTrainStep("t", model, ROWS, ROWS));
    assertThrows(IllegalArgumentException.class, () -> new ExportArchive("onnx"));
    ExportArchive numbers = new ExportArchive().addEndpoint("number", in -> 3, ROWS);
    e = assertThrows(IllegalArgumentException.class, () -> numbers.writeOut(dir.resolve("x")));
    assertTrue(e.getMessage().contains("number"), e.getMessage());
    Sequential noisy = new Sequential(new Input(3), new Dropout(0.5));
    ExportArchive open = new ExportArchive()
        .addEndpoint("train", in -> noisy.invoke(in[0], CallArgs.training(true)), ROWS);
    e = assertThrows(IllegalArgumentException.class, () -> open.writeOut(dir.resolve("x")));
    assertTrue(e.getMessage().contains("random"), e.getMessage());
    assertTrue(Files.notExists(dir.resolve("x")));
    RuntimeException there = assertThrows(RuntimeException.class, () -> archive.writeOut(dir));
    assertTrue(there.getMessage().contains("exists"), there.getMessage());
  }
}
