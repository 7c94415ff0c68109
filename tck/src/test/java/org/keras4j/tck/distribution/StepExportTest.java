package org.keras4j.tck.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.backend.xla.export.StableHloFunction;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.embedded.EmbeddedRuntime;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.npy.Npz;
import org.keras4j.distribution.DeviceMesh;
import org.keras4j.distribution.Distribution;
import org.keras4j.distribution.LayoutMap;
import org.keras4j.distribution.ModelParallel;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.tck.distribution.ShardedModels.Layouts;
import org.keras4j.training.Fit;
import org.keras4j.training.StepExport;
import org.keras4j.training.data.Batch;

/**
 * Steps as programs for other runtimes. System property {@code keras4j.sharding}: a folder in which the programs are left, for {@code
 * scripts/check_sharding.py}.
 */
class StepExportTest {
  private static final String KEPT = System.getProperty("keras4j.sharding");

  private enum Step {
    TRAIN,
    EVALUATE,
    PREDICT;

    void write(Model m, Batch b, Path target) {
      switch (this) {
        case TRAIN -> StepExport.train(m, b, target);
        case EVALUATE -> StepExport.evaluate(m, b, target);
        case PREDICT -> StepExport.predict(m, b, target);
      }
    }
  }

  /** What the step comes to on this backend: results, and the state after it, by name. */
  private static Map<String, NDArray> computed(Step step, Model m, Batch b) {
    Map<String, NDArray> out = new LinkedHashMap<>();
    NDArray x = (NDArray) b.x();
    if (step == Step.PREDICT) {
      out.put(m instanceof Sequential ? "output" : "out", m.predict(x));
      return out;
    }
    NDArray y = (NDArray) Objects.requireNonNull(b.y());
    Map<String, Double> logs =
        step == Step.TRAIN ? m.trainOnBatch(x, y, null, false) : m.testOnBatch(x, y, null, false);
    logs.forEach((k, v) -> out.put(k, NDArray.of(new float[] {v.floatValue()}).reshape()));
    if (step == Step.TRAIN) {
      List<Variable> all = new ArrayList<>(m.weights());
      all.addAll(m.optimizer().variables());
      all.stream()
          .filter(
              v -> v.isTrainable() || v.path().matches(".*(momentum|velocity|iteration|moving).*"))
          .forEach(v -> out.put(v.path(), v.value().toNDArray()));
    }
    return out;
  }

  /** The step for one device runs on XLA without the model, and gives what the model gives. */
  @ParameterizedTest
  @EnumSource
  void oneDevice(ShardedModels kind, @TempDir Path dir) throws IOException {
    for (Step step : Step.values()) {
      Model m = kind.model();
      Batch b = kind.batch();
      Path folder = folder(dir, kind, step);
      step.write(m, b, folder.resolve("one"));
      Map<String, NDArray> expected = computed(step, m, b);
      Npz.write(folder.resolve("expected.npz"), expected);
      Map<String, NDArray> got = run(folder.resolve("one"));
      assertTrue(
          got.keySet().containsAll(expected.keySet()), got.keySet() + " " + expected.keySet());
      expected.forEach((name, e) -> {
        assertEquals(e.spec(), got.get(name).spec(), name);
        assertArrayEquals(
            e.toDoubleArray(), got.get(name).toDoubleArray(), 2e-5, kind + " " + step + " " + name);
      });
    }
  }

  private static Map<String, NDArray> run(Path folder) throws IOException {
    Map<String, NDArray> batch = Npz.read(folder.resolve("batch.npz"));
    Map<String, NDArray> out = new LinkedHashMap<>();
    try (XlaRuntime runtime = new EmbeddedRuntime(Map.of());
        StableHloFunction f = StableHloFunction.load(runtime, folder.resolve("module.mlir"))) {
      List<NDArray> results = f.run(batch.values().toArray(new NDArray[0]));
      List<String> names = Files.readAllLines(folder.resolve("module.mlir")).stream()
          .filter(l -> l.startsWith("// output ") || l.startsWith("// state "))
          .map(l -> l.replaceFirst("// output |// state \\S+ ", "").replaceFirst(" .*", ""))
          .toList();
      for (int i = 0; i < results.size(); i++) {
        out.put(names.get(i), results.get(i));
      }
    }
    return out;
  }

  private static Path folder(Path dir, ShardedModels kind, Step step) throws IOException {
    Path root = KEPT == null ? dir : Path.of(KEPT);
    String name = kind.name() + "/" + step;
    return Files.createDirectories(root.resolve(name.toLowerCase(Locale.ROOT)));
  }

  /** What of a module's text says how it is divided. */
  private static String divided(String what, Path folder) {
    List<String> lines;
    try {
      lines = Files.readAllLines(folder.resolve("module.mlir"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StringBuilder b = new StringBuilder(what).append('\n');
    List<String> in = new ArrayList<>();
    List<String> out = new ArrayList<>();
    String signature = "";
    for (String line : lines) {
      if (line.startsWith("// mesh ")) {
        b.append("  ").append(line.substring(3)).append('\n');
      } else if (line.startsWith("// input ") || line.startsWith("// weight ")) {
        in.add(line.substring(3));
      } else if (line.startsWith("// ")) {
        out.add(line.substring(3));
      } else if (line.startsWith("func.func ")) {
        signature = line;
      }
    }
    int results = signature.indexOf(")->(");
    Matcher m = Pattern.compile("@mesh,(\\[[^\\]]*\\])").matcher(signature);
    List<String> given = new ArrayList<>();
    List<String> made = new ArrayList<>();
    while (m.find()) {
      (m.start() < results ? given : made).add(m.group(1));
    }
    assertEquals(in.size(), given.size());
    assertEquals(out.size(), made.size());
    Map<String, String> weights = new LinkedHashMap<>();
    int whole = 0;
    for (int i = 0; i < in.size(); i++) {
      weights.put(in.get(i).replaceFirst("weight (\\S+) .*", "$1"), given.get(i));
      if (given.get(i).contains("\"")) {
        b.append("  ").append(in.get(i)).append(' ').append(given.get(i)).append('\n');
      } else {
        whole++;
      }
    }
    b.append("  ").append(whole).append(" others whole\n");
    for (int i = 0; i < out.size(); i++) {
      if (out.get(i).startsWith("state ")) {
        String weight = out.get(i).replaceFirst("state (\\S+) .*", "$1");
        assertEquals(weights.get(weight), made.get(i), out.get(i));
      } else {
        b.append("  ").append(out.get(i)).append(' ').append(made.get(i)).append('\n');
      }
    }
    for (String line : lines) {
      if (line.contains("sdy.sharding_constraint")) {
        b.append("  ").append(line.replaceAll("%\\w+ ?=?", "")).append('\n');
      }
    }
    return b.toString();
  }

  private static String golden(String name) throws IOException {
    try (InputStream in =
        StepExportTest.class.getResourceAsStream("/org/keras4j/tck/distribution/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The layouts in the modules are those that JAX ran with one device's numbers. */
  @Test
  void severalDevices(@TempDir Path dir) throws IOException {
    StringBuilder all = new StringBuilder();
    for (ShardedModels kind : ShardedModels.values()) {
      Model m = kind.model();
      for (Layouts layouts : Layouts.values()) {
        for (Step step : Step.values()) {
          if (step != Step.TRAIN && layouts == Layouts.ZERO) {
            continue; // without an optimizer it is data parallel
          }
          Path target = folder(dir, kind, step).resolve(layouts.name().toLowerCase(Locale.ROOT));
          kind.distribution(layouts).scope(() -> step.write(m, kind.batch(), target));
          String name = (kind + " " + step + " " + layouts).toLowerCase(Locale.ROOT);
          all.append(divided(name, target));
        }
      }
    }
    if (KEPT != null) {
      Files.writeString(Files.createDirectories(Path.of(KEPT)).resolve("shardings.txt"), all);
    }
    assertEquals(golden("shardings.txt"), all.toString());
  }

  private static Sequential small() {
    Sequential m =
        new Sequential(new Input(4), new Dense(2).useBias(false).name("d")).name("small");
    m.compile("sgd", "mse");
    return m;
  }

  /** A module to read, whole. */
  @Test
  void theTextOfAModule(@TempDir Path dir) throws IOException {
    Distribution d = new ModelParallel(
        new LayoutMap(DeviceMesh.planned(Shape.of(2, 2), List.of("batch", "model")))
            .put("small/d/kernel", null, "model")
            .put("small/d/output", "batch", "model"));
    Batch b =
        Batch.of(ShardedModels.numbers(Shape.of(6, 4)), ShardedModels.numbers(Shape.of(6, 2)));
    d.scope(() -> StepExport.predict(small(), b, dir.resolve("predict")));
    String text = Files.readString(dir.resolve("predict/module.mlir"));
    if (KEPT != null) {
      Files.writeString(Files.createDirectories(Path.of(KEPT)).resolve("predict.mlir"), text);
    }
    assertEquals(golden("predict.mlir"), text);
    Exception e = assertThrows(IOException.class, () -> run(dir.resolve("predict")));
    assertTrue(e.getMessage().contains("batch=2 model=2"), e.getMessage());
  }

  /** Samples that do not divide evenly lie whole on every device; one device needs no layouts. */
  @Test
  void whatDoesNotDivide(@TempDir Path dir) throws IOException {
    Batch five = Batch.of(ShardedModels.numbers(Shape.of(5, 4)));
    new ModelParallel(new LayoutMap(DeviceMesh.planned(Shape.of(2), List.of("batch"))))
        .scope(() -> StepExport.predict(small(), five, dir.resolve("five")));
    String text = Files.readString(dir.resolve("five/module.mlir"));
    assertTrue(
        text.contains("%a0:tensor<5x4xf32>{sdy.sharding=#sdy.sharding<@mesh,[{},{}]>}"), text);
    new ModelParallel(new LayoutMap(DeviceMesh.planned(Shape.of(1), List.of("batch"))))
        .scope(() -> StepExport.predict(small(), five, dir.resolve("one")));
    text = Files.readString(dir.resolve("one/module.mlir"));
    assertFalse(text.contains("sdy"), text);

    LayoutMap three =
        new LayoutMap(DeviceMesh.planned(Shape.of(3), List.of("batch"))).put(".*kernel", "batch");
    Exception e = assertThrows(
        IllegalArgumentException.class,
        () -> new ModelParallel(three)
            .scope(() -> StepExport.predict(small(), five, dir.resolve("three"))));
    assertTrue(
        e.getMessage().contains("'small/d/kernel'") && e.getMessage().contains("3 devices"),
        e.getMessage());
    assertFalse(Files.exists(dir.resolve("three")));

    LayoutMap deep = new LayoutMap(DeviceMesh.planned(Shape.of(2), List.of("batch")))
        .put(".*output", "batch", null, null);
    e = assertThrows(
        IllegalArgumentException.class,
        () -> new ModelParallel(deep)
            .scope(() -> StepExport.predict(small(), five, dir.resolve("deep"))));
    assertTrue(e.getMessage().contains("'d'") && e.getMessage().contains("rank 2"), e.getMessage());
    Sequential raw = new Sequential(new Input(4), new Dense(2));
    assertThrows(
        IllegalStateException.class, () -> StepExport.train(raw, five, dir.resolve("raw")));
  }

  /** Steps that need more devices than a backend uses are refused; a file saved then is an ordinary one. */
  @Test
  void runsAreRefused(@TempDir Path dir) {
    Sequential m = small();
    NDArray x = ShardedModels.numbers(Shape.of(6, 4));
    NDArray y = ShardedModels.numbers(Shape.of(6, 2));
    NDArray before = m.predict(x);
    Distribution d = new ModelParallel(
        new LayoutMap(DeviceMesh.planned(Shape.of(2, 2), List.of("batch", "model")))
            .put("small/d/kernel", null, "model"));
    List<Runnable> calls = List.of(
        () -> m.fit(x, y, Fit.epochs(1).verbose(0)),
        () -> m.evaluate(x, y),
        () -> m.predict(x),
        () -> m.trainOnBatch(x, y),
        () -> m.testOnBatch(x, y),
        () -> m.predictOnBatch(x));
    for (Runnable call : calls) {
      Exception e = assertThrows(IllegalStateException.class, () -> d.scope(call));
      assertTrue(
          e.getMessage().contains("4 devices (batch=2, model=2)")
              && e.getMessage().contains("StepExport"),
          e.getMessage());
    }
    d.scope(() -> m.save(dir.resolve("m.keras")));
    assertEquals(before, Model.load(dir.resolve("m.keras")).predict(x));
    Distribution one = new ModelParallel(
        new LayoutMap(DeviceMesh.planned(Shape.of(1, 1), List.of("batch", "model")))
            .put("small/d/kernel", null, "model"));
    assertEquals(before, one.scope(() -> m.predict(x)));
    one.scope(() -> m.fit(x, y, Fit.epochs(1).verbose(0)));
  }
}
