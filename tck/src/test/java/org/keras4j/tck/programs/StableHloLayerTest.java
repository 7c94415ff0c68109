package org.keras4j.tck.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.StableHloLayer;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.SGD;

/** Networks with a batch normalization and perhaps dropout that JAX made, trained and recorded. */
@Tag("xla")
class StableHloLayerTest {
  private static final List<String> FILES = List.of(
      "module.mlir", "gradient.mlir", "training.mlir", "training-gradient.mlir", "weights.npz");

  @TempDir
  Path dir;

  private Map<String, NDArray> recorded;

  @BeforeEach
  void read() throws IOException {
    recorded = Programs.recorded("jaxnet.npz", dir);
  }

  private Path folder(String name) throws IOException {
    for (String f : FILES) {
      Programs.file(name + "/" + f, dir);
    }
    return dir.resolve(name);
  }

  private Sequential model() throws IOException {
    return new Sequential(new Input(6), new StableHloLayer(folder("jaxnet")));
  }

  private void train(Model m) {
    m.compile(new SGD(0.1), "mse");
    List<Double> losses = m.fit(
            recorded.get("x"), recorded.get("y"), Fit.epochs(5).batchSize(4).verbose(0))
        .get("loss");
    for (int i = 0; i < 5; i++) {
      assertEquals(recorded.get("losses").getDouble(i), losses.get(i), 1e-5);
    }
  }

  @Test
  void computesAndTrainsAsJaxDoes() throws IOException {
    Model m = model();
    assertEquals(Shape.of(-1, 3), m.output().shape());
    Programs.close(recorded.get("eval"), m.predict(recorded.get("x")));
    train(m);
    Programs.close(recorded.get("after"), m.predict(recorded.get("x")));
    int seen = 0;
    for (Variable v : m.weights()) {
      NDArray want = recorded.get("state:" + v.name().replace("norm.", ""));
      if (want != null) {
        Programs.close(want, v.value().toNDArray());
        seen++;
      }
    }
    assertEquals(2, seen);
    assertEquals(4, m.trainableWeights().size());
  }

  /** Other batches too, and gradients reach what stands before the program. */
  @Test
  void gradientsGoThroughIt() throws IOException {
    Input in = new Input(6);
    var x = new Dense(6).activation("tanh").invoke(in.output());
    x = new StableHloLayer(folder("jaxnet")).invoke(x);
    Functional m = new Functional(in.output(), new Dense(3).invoke(x));
    m.compile(new SGD(0.05), "mse");
    NDArray before = m.weights().get(0).value().toNDArray();
    List<Double> losses = m.fit(
            recorded.get("x"), recorded.get("y"), Fit.epochs(20).batchSize(2).verbose(0))
        .get("loss");
    assertTrue(losses.get(19) < losses.get(0), losses.toString());
    assertNotEquals(before, m.weights().get(0).value().toNDArray());
    assertEquals(Shape.of(3, 3), m.predict(new float[3][6]).shape());
  }

  @Test
  void isSavedWithItsWeights() throws IOException {
    Model m = model();
    train(m);
    Path saved = dir.resolve("m.keras");
    m.save(saved);
    Model again = Model.load(saved);
    Programs.close(recorded.get("after"), again.predict(recorded.get("x")));
    again.fit(recorded.get("x"), recorded.get("y"), Fit.epochs(1).verbose(0));
    Model copy = m.cloneModel();
    copy.setWeights(m.getWeights());
    Programs.close(recorded.get("after"), copy.predict(recorded.get("x")));
  }

  /** The numbers come from the seed of the layer, anew in each call. */
  @Test
  void drawsFromTheSeed() throws IOException {
    Path folder = folder("jaxdrop");
    List<List<Double>> runs = List.of(losses(folder, 1), losses(folder, 1), losses(folder, 2));
    assertEquals(runs.get(0), runs.get(1));
    assertNotEquals(runs.get(0), runs.get(2));
  }

  private List<Double> losses(Path folder, long seed) {
    SeedGenerator.setRandomSeed(seed);
    Model m = new Sequential(new Input(6), new StableHloLayer(folder));
    m.compile(new SGD(0.1), "mse");
    return m.fit(
            recorded.get("x"),
            recorded.get("y"),
            Fit.epochs(3).batchSize(4).shuffle(false).verbose(0))
        .get("loss");
  }

  @Test
  void refusesWhatIsNone() throws IOException {
    Path empty = Files.createDirectories(dir.resolve("empty"));
    String said = assertThrows(IllegalArgumentException.class, () -> new StableHloLayer(empty))
        .getMessage();
    assertTrue(said.contains("module.mlir"), said);
    String shape = assertThrows(
            IllegalArgumentException.class,
            () -> new Sequential(new Input(7), new StableHloLayer(folder("jaxnet")).name("net")))
        .getMessage();
    assertTrue(shape.contains("'net'") && shape.contains("6"), shape);
  }

  /** What the library exports itself comes without gradients: it computes, its weights are not trained. */
  @Test
  void exportsOfOursCompute() throws IOException {
    Model m = new Sequential(new Input(6), new Dense(3));
    Path folder = dir.resolve("ours");
    m.export(folder, "stablehlo");
    Model around = new Sequential(new Input(6), new StableHloLayer(folder));
    Programs.close(m.predict(recorded.get("x")), around.predict(recorded.get("x")));
    assertEquals(List.of(), around.trainableWeights());
    assertEquals("xla", Keras.backend().name());
  }
}
