package org.keras4j.tck.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.backend.xla.export.StableHloFunction;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.embedded.EmbeddedRuntime;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Sequential;

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
      Files.writeString(target.resolve("batch-1.mlir"), "// weight w9 a float32(1,)\n");
      assertThrows(
          IOException.class, () -> StableHloFunction.load(runtime, target.resolve("batch-1.mlir")));
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
