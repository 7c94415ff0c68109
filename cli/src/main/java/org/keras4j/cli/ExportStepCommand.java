package org.keras4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.npy.Npz;
import org.keras4j.distribution.DeviceMesh;
import org.keras4j.distribution.LayoutMap;
import org.keras4j.distribution.ModelParallel;
import org.keras4j.models.Model;
import org.keras4j.training.StepExport;
import org.keras4j.training.data.Batch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export-step}: a step of a saved model as a program, perhaps for several devices. */
@Command(
    name = "export-step",
    description = {
      "Writes a step of a saved model as StableHLO, perhaps divided among devices, which need not"
          + " be here:",
      "keras4j export-step model.keras step --batch batch.npz --mesh batch=2,model=2 --layout"
          + " '.*kernel=-,model'"
    },
    mixinStandardHelpOptions = true)
final class ExportStepCommand implements Callable<Integer> {
  private enum Step {
    TRAIN,
    EVALUATE,
    PREDICT
  }

  @Parameters(index = "0", paramLabel = "FILE.keras")
  private Path file;

  @Parameters(index = "1", paramLabel = "TARGET", description = "A folder, which is made.")
  private Path target;

  @Option(
      names = "--batch",
      required = true,
      paramLabel = "BATCH.npz",
      description =
          "Arrays of the sizes of a batch: x, y and sample_weight; of several inputs x, x_1, x_2"
              + " and so on, likewise of targets.")
  private Path batch;

  @Option(
      names = "--step",
      paramLabel = "STEP",
      description = "train, evaluate or predict (default: train).")
  private String step = "train";

  @Option(
      names = "--mesh",
      paramLabel = "AXIS=SIZE,...",
      description = "The axes of the devices; samples are divided along the first.")
  private @Nullable String mesh;

  @Option(
      names = "--layout",
      paramLabel = "KEY=AXIS,...",
      description =
          "Lays out the variables, or outputs of layers, whose path the regular expression"
              + " matches: an axis of the mesh or - for each dimension. May be given several"
              + " times.")
  private List<String> layouts = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Step kind = kind();
    ModelParallel distribution = distribution();
    Model model = Model.load(file);
    Batch b = read();
    if (distribution == null) {
      write(kind, model, b);
    } else {
      distribution.scope(() -> write(kind, model, b));
    }
    return 0;
  }

  private Step kind() {
    for (Step s : Step.values()) {
      if (s.name().equalsIgnoreCase(step)) {
        return s;
      }
    }
    throw new IllegalArgumentException(
        "export-step: --step is train, evaluate or predict, got '" + step + "'");
  }

  private void write(Step kind, Model model, Batch b) {
    switch (kind) {
      case TRAIN -> StepExport.train(model, b, target);
      case EVALUATE -> StepExport.evaluate(model, b, target);
      case PREDICT -> StepExport.predict(model, b, target);
    }
  }

  private @Nullable ModelParallel distribution() {
    if (mesh == null) {
      if (!layouts.isEmpty()) {
        throw new IllegalArgumentException("export-step: --layout needs a --mesh");
      }
      return null;
    }
    List<String> names = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    for (String axis : mesh.split(",", -1)) {
      String[] parts = split("--mesh", axis);
      names.add(parts[0]);
      try {
        sizes.add(Long.parseLong(parts[1]));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "export-step: the size of an axis of --mesh is a whole number, got '" + axis + "'", e);
      }
    }
    LayoutMap map = new LayoutMap(DeviceMesh.planned(Shape.of(sizes), names));
    for (String layout : layouts) {
      String[] parts = split("--layout", layout);
      String[] axes = parts[1].split(",", -1);
      for (int i = 0; i < axes.length; i++) {
        axes[i] = axes[i].equals("-") ? null : axes[i];
      }
      map.put(parts[0], axes);
    }
    return new ModelParallel(map);
  }

  private static String[] split(String option, String text) {
    int at = text.lastIndexOf('=');
    if (at <= 0 || at == text.length() - 1) {
      throw new IllegalArgumentException(
          "export-step: " + option + " is written NAME=..., got '" + text + "'");
    }
    return new String[] {text.substring(0, at), text.substring(at + 1)};
  }

  private Batch read() throws IOException {
    Map<String, NDArray> arrays = Npz.read(batch);
    Object x = part(arrays, "x");
    if (x == null) {
      throw new IllegalArgumentException(
          "export-step: " + batch + " has no array x, only " + arrays.keySet());
    }
    return new Batch(x, part(arrays, "y"), part(arrays, "sample_weight"));
  }

  private static @Nullable Object part(Map<String, NDArray> arrays, String name) {
    List<NDArray> all = new ArrayList<>();
    for (NDArray a = arrays.get(name); a != null; a = arrays.get(name + "_" + all.size())) {
      all.add(a);
    }
    return all.size() > 1 ? all : all.isEmpty() ? null : all.get(0);
  }
}
