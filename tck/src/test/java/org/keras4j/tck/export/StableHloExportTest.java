package org.keras4j.tck.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.backend.xla.export.StableHloFunction;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.embedded.EmbeddedRuntime;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.saving.ExportArchive;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.schedules.ExponentialDecay;

class StableHloExportTest {
  private static Sequential model() {
    return new Sequential(
        new Input(8, 8, 1),
        new Conv2D(4, 3).activation("relu"),
        new BatchNormalization(),
        new MaxPooling2D(2),
        new Flatten(),
        new Dropout(0.5),
        new Dense(3).activation("softmax"));
  }

  private static NDArray images(int n) {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(n, 8, 8, 1));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.sin(i));
    }
    return x;
  }

  @Test
  void runsWithoutTheModel(@TempDir Path dir) throws IOException {
    Sequential model = model();
    Path target = dir.resolve("exported");
    model.export(target, "stablehlo");
    try (XlaRuntime runtime = new EmbeddedRuntime(Map.of())) {
      for (int batch : new int[] {1, 32}) {
        Path module = target.resolve("batch-" + batch + ".mlir");
        try (StableHloFunction f = StableHloFunction.load(runtime, module)) {
          assertEquals(Shape.of(batch, 8, 8, 1), f.inputs().get(0).shape());
          NDArray x = images(batch);
          List<NDArray> got = f.run(x);
          assertArrayEquals(model.predict(x).toFloatArray(), got.get(0).toFloatArray(), 1e-5f);
          assertThrows(IllegalArgumentException.class, () -> f.run(images(batch + 1)));
        }
      }
      try (StableHloFunction f = StableHloFunction.load(runtime, target.resolve("module.mlir"))) {
        assertEquals(Shape.of(-1, 8, 8, 1), f.inputs().get(0).shape());
        for (int batch : new int[] {1, 3, 7}) {
          NDArray x = images(batch);
          assertArrayEquals(model.predict(x).toFloatArray(), f.run(x).get(0).toFloatArray(), 1e-5f);
        }
        assertThrows(
            IllegalArgumentException.class,
            () -> f.run(NDArray.zeros(DType.FLOAT32, Shape.of(2, 8, 9, 1))));
      }
      Files.writeString(target.resolve("batch-1.mlir"), "// weight w9 a float32(1,)\n");
      assertThrows(
          IOException.class, () -> StableHloFunction.load(runtime, target.resolve("batch-1.mlir")));
    }
  }

  /** Batch, lengths and sizes of images that an input leaves open are open in the module, small and large ones. */
  @ParameterizedTest
  @EnumSource(
      value = ServedModels.class,
      names = {"WORDS", "TEXTS"},
      mode = EnumSource.Mode.EXCLUDE)
  void sizesStayOpen(ServedModels kind, @TempDir Path dir) throws IOException {
    Model model = kind.trained();
    String kept = System.getProperty("keras4j.stableHlo");
    Path folder = kept == null ? dir : Files.createDirectories(Path.of(kept));
    Path target = folder.resolve(kind.name().toLowerCase(Locale.ROOT));
    // for a script that reads the bytes; a build makes those of one archive, below
    model.export(target, kept == null ? "stablehlo" : "stablehlo_bytes");
    try (XlaRuntime runtime = new EmbeddedRuntime(Map.of());
        StableHloFunction f = StableHloFunction.load(runtime, target.resolve("module.mlir"))) {
      for (int batch : new int[] {1, 5}) {
        List<NDArray> in = ServedModels.inputs(model, batch, batch);
        List<NDArray> expected = ServedModels.outputs(model, in);
        List<NDArray> got = f.run(in.toArray(new NDArray[0]));
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        in.forEach(a -> arrays.put("in" + arrays.size(), a));
        expected.forEach(a -> arrays.put("out" + (arrays.size() - in.size()), a));
        Npz.write(folder.resolve(target.getFileName() + "_" + batch + ".npz"), arrays);
        assertEquals(expected.size(), got.size());
        for (int i = 0; i < got.size(); i++) {
          assertEquals(expected.get(i).spec(), got.get(i).spec());
          assertArrayEquals(
              expected.get(i).toDoubleArray(), got.get(i).toDoubleArray(), 1e-5, kind + " " + i);
        }
      }
    }
  }

  /** Steps of an exported training, state in and state out, learn what fit learns. */
  @Test
  void trainsWithoutTheModel(@TempDir Path dir) throws IOException {
    Sequential model = new Sequential(
        new Input(8, 8, 1),
        // a bias before a normalization has gradients of noise, which Adam makes as large as others
        new Conv2D(4, 3).useBias(false),
        new BatchNormalization(),
        new Activation("relu"),
        new MaxPooling2D(2),
        new Flatten(),
        new Dropout(0.2),
        new Dense(3).activation("softmax"));
    model.compile(
        new Adam(new ExponentialDecay(0.05, 4, 0.5)),
        "sparse_categorical_crossentropy",
        "accuracy");
    String kept = System.getProperty("keras4j.stableHlo");
    Path folder = kept == null ? dir : Files.createDirectories(Path.of(kept));
    Path target = folder.resolve("training");
    new ExportArchive(kept == null ? "stablehlo" : "stablehlo_bytes")
        .addTrainStep(
            "train", model, TensorSpec.of(DType.FLOAT32, 4, 8, 8, 1), TensorSpec.of(DType.INT32, 4))
        .trackAndAddEndpoint("serve", model)
        .writeOut(target);
    int steps = 6;
    long rows = 4L * steps;
    NDArray x = images(4 * steps);
    NDArray y = NDArray.zeros(DType.INT32, Shape.of(rows));
    for (int i = 0; i < 4 * steps; i++) {
      y.setLong(i, i % 3);
    }
    History fitted = model.fit(x, y, Fit.epochs(1).batchSize(4).shuffle(false).verbose(0));
    Map<String, NDArray> weights = new LinkedHashMap<>(Npz.read(target.resolve("weights.npz")));
    Npz.write(target.resolve("start.npz"), weights);
    String text = Files.readString(target.resolve("train.mlir"));
    List<NDArray> out = List.of();
    try (XlaRuntime runtime = new EmbeddedRuntime(Map.of())) {
      for (int i = 0; i < steps; i++) {
        // the state goes back into the file, as a loop without this library would keep it
        try (StableHloFunction f = StableHloFunction.load(runtime, target.resolve("train.mlir"))) {
          out = f.run(x.slice(4 * i, 4 * i + 4), y.slice(4 * i, 4 * i + 4));
        }
        int k = 0;
        for (String line : text.lines().takeWhile(l -> l.startsWith("//")).toList()) {
          String[] words = line.split(" ");
          if (words[1].equals("output")) {
            k++;
          } else if (words[1].equals("state")) {
            weights.put(words[2], out.get(k++));
          }
        }
        Npz.write(target.resolve("weights.npz"), weights);
      }
      assertTrue(text.contains("// output loss float32()"), text.substring(0, 2000));
      try (StableHloFunction f = StableHloFunction.load(runtime, target.resolve("serve.mlir"))) {
        assertArrayEquals(model.predict(x).toFloatArray(), f.run(x).get(0).toFloatArray(), 1e-4f);
      }
    }
    // logs are in the order of their names: accuracy, loss
    assertEquals(fitted.get("loss").get(0), out.get(1).getDouble(0), 1e-4);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays.put("x", x);
    arrays.put("y", y);
    arrays.put("predictions", model.predict(x));
    arrays.put("loss", NDArray.scalar(DType.FLOAT32, fitted.get("loss").get(0)));
    Npz.write(folder.resolve("training.npz"), arrays);
  }

  /** Text with open sizes and functions of CHLO, a step with state, each as an artifact of a version. */
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void asBytesOfAVersion(@TempDir Path dir) throws IOException {
    Sequential gelu = new Sequential(
        new Input(-1, 4), new Dense(3).activation("gelu"), new Activation("softplus"));
    gelu.compile("adam", "mse");
    Path target = dir.resolve("bytes");
    new ExportArchive("stablehlo_bytes")
        .addTrainStep(
            "train",
            gelu,
            TensorSpec.of(DType.FLOAT32, -1, 5, 4),
            TensorSpec.of(DType.FLOAT32, -1, 5, 3))
        .trackAndAddEndpoint("serve", gelu)
        .writeOut(target);
    assertTrue(Files.readString(target.resolve("serve.mlir")).contains("chlo."));
    for (String name : new String[] {"train", "serve"}) {
      byte[] bytes = Files.readAllBytes(target.resolve(name + ".mlirbc"));
      String head = new String(bytes, 0, 22, StandardCharsets.ISO_8859_1);
      assertEquals("ML\u00efR\rStableHLO_v1.7.3\0", head);
      assertTrue(bytes.length < Files.size(target.resolve(name + ".mlir")));
    }
  }

  @Test
  void saysWhatItCannotDo(@TempDir Path dir) {
    Sequential unbuilt = new Sequential(new Dense(3));
    Exception e = assertThrows(
        IllegalStateException.class, () -> unbuilt.export(dir.resolve("x"), "stablehlo"));
    assertTrue(e.getMessage().contains("Input"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> model().export(dir.resolve("x"), "no_such_format"));
    assertThrows(RuntimeException.class, () -> model().export(dir, "stablehlo"));
  }
}
