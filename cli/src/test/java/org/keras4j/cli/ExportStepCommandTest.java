package org.keras4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;

class ExportStepCommandTest {
  @Test
  void writesSteps(@TempDir Path dir) throws Exception {
    Sequential m = new Sequential(new Input(4), new Dense(2).name("d")).name("small");
    m.compile("sgd", "mse");
    m.save(dir.resolve("m.keras"));
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(6, 4));
    Npz.write(
        dir.resolve("batch.npz"),
        Map.of("x", x, "y", NDArray.zeros(DType.FLOAT32, Shape.of(6, 2))));
    String[] command = {
      "export-step",
      dir.resolve("m.keras").toString(),
      dir.resolve("step").toString(),
      "--batch",
      dir.resolve("batch.npz").toString(),
      "--mesh",
      "batch=2,model=2",
      "--layout",
      ".*kernel=-,model"
    };
    assertEquals(0, Main.run(command));
    String text = Files.readString(dir.resolve("step/module.mlir"));
    assertTrue(text.contains("// mesh batch=2 model=2\n"), text);
    assertTrue(
        text.contains("tensor<4x2xf32>{sdy.sharding=#sdy.sharding<@mesh,[{},{\"model\"}]>"), text);

    command[2] = dir.resolve("other").toString();
    command[8] = ".*kernel=-,nothing";
    assertEquals(1, Main.run(command));
    command[6] = "batch=two";
    assertEquals(1, Main.run(command));
    assertFalse(Files.exists(dir.resolve("other")));
  }
}
