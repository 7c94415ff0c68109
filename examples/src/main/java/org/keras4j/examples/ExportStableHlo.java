package org.keras4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.keras4j.backend.xla.export.StableHloFunction;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.embedded.EmbeddedRuntime;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.npy.Npy;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/**
 * A model written as StableHLO, and the program run without the model: here by the XLA in Maven's artifacts, by {@code
 * examples/stablehlo/run_exported.py} in JAX.
 *
 * <p>Argument: the folder to make. It gets the program, its weights, and {@code input.npy} and {@code
 * expected.npy} to try it with.
 */
public final class ExportStableHlo {
  private ExportStableHlo() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    Path folder = args.length > 0
        ? Path.of(args[0])
        : Files.createTempDirectory("keras4j").resolve("exported");
    System.out.println("Largest difference: " + run(folder));
    System.out.println("Exported to " + folder);
  }

  /** Exports and runs a model; the largest difference between the two. */
  static double run(Path folder) throws IOException {
    Model model = new Sequential(
        new Input(16, 16, 3),
        new Conv2D(8, 3).activation("relu"),
        new BatchNormalization(),
        new Conv2D(16, 3).strides(2).activation("gelu"),
        new GlobalAveragePooling2D(),
        new Dense(5).activation("softmax"));
    model.export(folder, "stablehlo");

    NDArray images = NDArray.zeros(DType.FLOAT32, Shape.of(32, 16, 16, 3));
    for (int i = 0; i < images.size(); i++) {
      images.setDouble(i, Math.sin(i) / 2 + 0.5);
    }
    NDArray expected = model.predict(images);
    Npy.write(folder.resolve("input.npy"), images);
    Npy.write(folder.resolve("expected.npy"), expected);

    // from here on nothing of the model is needed
    try (XlaRuntime runtime = new EmbeddedRuntime(Map.of());
        StableHloFunction f = StableHloFunction.load(runtime, folder.resolve("batch-32.mlir"))) {
      System.out.println("Takes " + f.inputs() + ", gives " + f.outputs());
      NDArray got = f.run(images).get(0);
      double worst = 0;
      for (int i = 0; i < got.size(); i++) {
        worst = Math.max(worst, Math.abs(got.getDouble(i) - expected.getDouble(i)));
      }
      return worst;
    }
  }
}
