package org.keras4j.tck.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.Lambda;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.EarlyStopping;
import org.keras4j.training.callbacks.LambdaCallback;
import org.keras4j.training.data.Batch;

/** The table of docs/errors.md: each row's mistake is made, and gives what the row says. */
class ErrorsPageTest {
  private static final Pattern ROW = Pattern.compile("^\\| ([^|]+) \\| ([^|]+) \\| ([^|]*)\\|$");
  private static final Pattern NAME = Pattern.compile("^`(\\w+Exception)`");
  private static final float[][] X = new float[4][2];
  private static final float[][] Y = new float[4][3];

  @TempDir
  Path folder;

  private final Map<String, Executable> mistakes = new LinkedHashMap<>();
  private final Map<String, String> named = new LinkedHashMap<>();

  private static Map<String, String> table() throws IOException {
    Path home = Path.of("").toAbsolutePath();
    while (!Files.exists(home.resolve("mvnw"))) {
      home = home.getParent();
    }
    Map<String, String> out = new LinkedHashMap<>();
    for (String line : Files.readAllLines(home.resolve("docs/errors.md"))) {
      Matcher m = ROW.matcher(line);
      if (m.matches() && !m.group(1).equals("bad input") && !m.group(1).startsWith("---")) {
        out.put(m.group(1), m.group(2));
      }
    }
    return out;
  }

  private static Sequential model() {
    Sequential m = new Sequential(new Input(2), new Dense(3).name("last"));
    m.compile("sgd", "mse");
    return m;
  }

  private static Fit once() {
    return Fit.epochs(1).verbose(0);
  }

  /** A mistake that gives the exception of its row, whose message has this in it; null for no exception. */
  private void row(String badInput, String part, Executable mistake) {
    mistakes.put(badInput, mistake);
    named.put(badInput, part);
  }

  private static Layer dense() {
    return new Dense(3).name("d");
  }

  private static final class Unfinished extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return null;
    }
  }

  private static final class Unregistered extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return x;
    }
  }

  private void tensors() {
    row("shapes that do not fit", "(2, 3)", () -> Ops.matmul(new float[2][3], new float[2][3]));
    row("dtypes that do not fit", "float32", () -> Ops.bitwiseAnd(new float[2], new float[2]));
    row("other indices that are out of range", null, () -> {
      assertTrue(Double.isNaN(numbers(Ops.take(new float[2], new int[] {7})).getDouble(0)));
      assertEquals(
          NDArray.from(new float[2]),
          numbers(Ops.scatter(new int[][] {{7}}, new float[] {1}, new long[] {2})));
    });
    row(
        "a result that is larger than memory, or than the limit leaves room for",
        "ops.zeros",
        () -> Ops.zeros(Shape.of(1L << 31, 1L << 31, 4)));
    row("a backend that is not on the class path", "class path", () -> Keras.setBackend("none"));
    row("a device that is not there", "cpu:0", () -> Keras.setDevice("gpu:77"));
    row("a tensor that was closed", "closed", () -> {
      EagerTensor t = (EagerTensor) Ops.convertToTensor(X);
      t.close();
      Ops.add(t, 1);
    });
    row("numbers of a symbolic tensor", "symbolic", () -> Input.of(3).toNDArray());
  }

  private static NDArray numbers(Tensor t) {
    return ((EagerTensor) t).toNDArray();
  }

  private void layers() {
    row("a setting of a layer that cannot be", "units", () -> new Dense(0));
    row(
        "an unknown name of a layer, loss, metric, optimizer, initializer, activation",
        "did you mean 'adam'",
        () -> model().compile("addam", "mse"));
    row(
        "a config entry that a class does not know",
        "colour",
        () -> Serializer.deserialize(Map.of(
            "module", "keras.layers",
            "class_name", "Dense",
            "config", Map.of("units", 2, "colour", "red"))));
    row(
        "strings given to a layer or function on numbers",
        "Dense 'd': ",
        () -> dense().invoke(new String[][] {{"a"}}));
    row(
        "numbers given to a model's input of strings, and the other way round",
        "expects numbers",
        () -> model().predict(new String[][] {{"a", "b"}}));
    row(
        "an index that an `Embedding` has no row for",
        Keras.backend().name().equals("xla")
            ? null
            : "Embedding 'words': expected indices from 0 to 4, got 9",
        () -> {
          NDArray y = numbers(((Layer) new Embedding(5, 2).name("words")).invoke(new int[] {9}));
          assertTrue(Double.isNaN(y.getDouble(0)));
        });
    row("a graph that does not hang together, or two layers of one name", "inputs", () -> {
      KerasTensor a = Input.of(3);
      Model.of(a, Ops.add(a, Input.of(3)));
    });
    row("a setting changed after the layer was built", "useBias", () -> {
      Dense d = new Dense(2);
      d.invoke(X);
      d.useBias(false);
    });
    row("weights of a layer that is not built", "Dense 'd': ", () -> dense().countParams());
    row(
        "a layer of one's own without `call`, or whose `call` gives null",
        "Unfinished 'unfinished",
        () -> new Unfinished().invoke(X));
    row(
        "a word that a lookup with `numOovIndices(0)` does not know",
        "zebra",
        () -> new StringLookup()
            .vocabulary(List.of("a", "b"))
            .numOovIndices(0)
            .invoke(new String[] {"zebra"}));
  }

  private void training() {
    row("arrays for other inputs than a model has", "2 input", () -> {
      KerasTensor a = Input.of(3);
      KerasTensor b = Input.of(3);
      Model.of(List.of(a, b), Ops.add(a, b)).predict(new float[2][3]);
    });
    row(
        "data of different numbers of samples, or of none",
        "(9, 3)",
        () -> model().fit(X, new float[9][3], once()));
    row(
        "targets that a loss or metric does not take",
        "Loss of output 'last'",
        () -> fitNamed(new float[4][7], null));
    row(
        "sample weights that do not fit",
        "sample weights float32(4, 7)",
        () -> fitNamed(Y, new float[4][7]));
    row("integer labels, in arrays, that are no class", "5", () -> {
      Sequential m = new Sequential(new Input(2), new Dense(3));
      m.compile("sgd", "sparse_categorical_crossentropy");
      m.fit(X, new int[] {0, 1, 5, 2}, once());
    });
    row("NaN or infinity among the data", null, () -> {
      float[][] x = {{Float.NaN, 1}, {2, 3}, {4, 5}, {6, 7}};
      assertTrue(Double.isNaN(model().fit(x, Y, once()).last("loss")));
    });
    row(
        "`fit`, `evaluate` or `trainOnBatch` before `compile`",
        "compiled",
        () -> new Sequential(new Input(2), new Dense(3)).fit(X, Y));
    row("`fit` on a model that another thread fits", "one thread", () -> {
      Sequential m = model();
      m.fit(
          X, Y, once().callbacks(new LambdaCallback().onEpochBegin((e, l) -> m.fit(X, Y, once()))));
    });
    row("a thread interrupted in `fit`, `evaluate` or `predict`", "epoch 1", () -> {
      Thread.currentThread().interrupt();
      try {
        model().fit(X, Y, once());
      } finally {
        assertTrue(Thread.interrupted());
      }
    });
    row("data that end before `stepsPerEpoch` are done", null, () -> {
      Stream<Batch> data = Stream.of(new Batch(X, Y, null));
      assertEquals(
          1,
          model().fit(data, Fit.epochs(3).stepsPerEpoch(9).verbose(0)).epochs().size());
    });
    row(
        "a callback that watches a metric which is not there",
        null,
        () -> assertEquals(
            1,
            model()
                .fit(X, Y, once().callbacks(new EarlyStopping("nothing")))
                .epochs()
                .size()));
  }

  private static void fitNamed(float[][] y, float[][] weights) {
    KerasTensor in = Input.of(2);
    Model m = Model.of(in, ((Layer) new Dense(3).name("last")).invoke(in));
    m.compile("sgd", "mse");
    m.fit(X, y, weights == null ? once() : once().sampleWeight(weights));
  }

  private void files() throws IOException {
    Path good = folder.resolve("good.keras");
    model().save(good);
    byte[] bytes = Files.readAllBytes(good);
    bytes[bytes.length / 2] ^= 1;
    Path bad = folder.resolve("bad.keras");
    Files.write(bad, bytes);
    row(
        "saving a `Lambda`",
        "Lambda 'l'",
        () -> new Sequential(new Input(2), new Lambda(x -> x).name("l"))
            .save(folder.resolve("l.keras")));
    row(
        "saving a class that is not registered",
        "Unregistered",
        () -> new Sequential(new Input(2), new Unregistered()).save(folder.resolve("u.keras")));
    row(
        "a model file, weights or arrays that are damaged, hostile or too large",
        "bad.keras",
        () -> Model.load(bad));
    row("a file with a Python `Lambda`, or a class that is not registered", "'Bense'", () -> {
      Path file = folder.resolve("strange.keras");
      try (ZipFile in = new ZipFile(good.toFile());
          ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        for (ZipEntry e : in.stream().toList()) {
          byte[] entry = in.getInputStream(e).readAllBytes();
          zip.putNextEntry(new ZipEntry(e.getName()));
          zip.write(
              e.getName().equals("config.json")
                  ? new String(entry, UTF_8).replace("\"Dense\"", "\"Bense\"").getBytes(UTF_8)
                  : entry);
        }
      }
      Model.load(file);
    });
    row(
        "a file with a [program](guides/exporting.md#programs-of-others-as-layers) inside",
        "ProgramLayer.allowing",
        () -> Serializer.deserialize(Map.of(
            "module",
            "keras4j",
            "class_name",
            "TorchScriptLayer",
            "registered_name",
            "keras4j>TorchScriptLayer",
            "config",
            Map.of("name", "net", "trainable", true, "dtype", "float32", "program", "AAAA"))));
    row(
        "a file that is not there, or a folder",
        "nothing.keras",
        () -> Model.load(folder.resolve("nothing.keras")));
    row(
        "a file that cannot be written: full disk, no permission, a folder in its place",
        "folder.keras",
        () -> model().save(Files.createDirectory(folder.resolve("folder.keras"))));
  }

  /**
   * Held by tests of their own: a failing engine cannot be asked for, an export is TensorFlow's alone, programs are
   * made on their own backends.
   */
  private static final List<String> ELSEWHERE = List.of(
      "a failure in the native code of an engine",
      "a `TorchScriptLayer`, `StableHloLayer` or `SavedModelLayer` on another backend than its own",
      "Java code on strings that TensorFlow has no operations for, when exported");

  @Test
  void eachRowIsAsItSays() throws IOException {
    tensors();
    layers();
    training();
    files();
    Map<String, String> table = table();
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, String> e : table.entrySet()) {
      Executable mistake = mistakes.remove(e.getKey());
      if (mistake == null) {
        assertTrue(ELSEWHERE.contains(e.getKey()), () -> "no mistake is made for: " + e.getKey());
        continue;
      }
      String part = named.get(e.getKey());
      if (part == null) {
        assertDoesNotThrow(mistake, e.getKey());
        continue;
      }
      Matcher m = NAME.matcher(e.getValue());
      assertTrue(m.find(), e::toString);
      RuntimeException thrown = assertThrows(RuntimeException.class, mistake, e.getKey());
      if (!thrown.getClass().getSimpleName().equals(m.group(1))
          || !thrown.getMessage().contains(part)) {
        wrong.add(e.getKey() + " -> " + thrown);
      }
    }
    assertEquals(List.of(), wrong);
    assertEquals(Map.of(), mistakes, "rows that the page has not");
    assertFalse(table.isEmpty());
  }
}
