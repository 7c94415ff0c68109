package org.keras4j.tck.programs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.backend.pytorch.TorchScriptPrograms;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.ForeignProgram;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.ProgramLayer;
import org.keras4j.layers.core.TorchScriptLayer;
import org.keras4j.layers.initializers.Constant;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.SGD;

/** A network of convolution, batch normalization, dropout and a dense layer that PyTorch made, trained and recorded. */
@Tag("pytorch")
class TorchScriptLayerTest {
  @TempDir
  Path dir;

  private Path file;
  private Map<String, NDArray> recorded;

  @BeforeEach
  void read() throws IOException {
    file = Programs.file("net.pt", dir);
    recorded = Programs.recorded("net.npz", dir);
  }

  private Sequential model() {
    return new Sequential(new Input(1, 6, 6), new TorchScriptLayer(file).name("net"));
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
  void computesAndTrainsAsPyTorchDoes() {
    Model m = model();
    assertEquals(Shape.of(-1, 5), m.output().shape());
    Programs.close(recorded.get("eval"), m.predict(recorded.get("x")));
    train(m);
    Programs.close(recorded.get("after"), m.predict(recorded.get("x")));
    int seen = 0;
    for (Variable v : m.weights()) {
      NDArray want = recorded.get("state:" + v.name());
      if (want != null) {
        Programs.close(want, v.value().toNDArray());
        seen++;
      }
    }
    assertEquals(4, seen);
    assertEquals(6, m.trainableWeights().size());
  }

  /** The gradient by the inputs is the one of differences, whatever lay in memory before. */
  @Test
  void gradientsByInputsAreRight() throws IOException {
    ForeignProgram p = new TorchScriptPrograms().load(file);
    List<NDArray> weights =
        p.weights().stream().map(ForeignProgram.Weight::value).toList();
    NDArray x = recorded.get("x");
    NDArray by = recorded.get("y");
    for (int i = 1; i < 60; i++) {
      Ops.full(new long[] {3L * i * i}, Float.NaN);
    }
    List<NDArray> all =
        p.gradient(new ForeignProgram.Arguments(weights, List.of(x), 0, false), List.of(by));
    NDArray gradient = all.get(all.size() - 1);
    assertEquals(x.shape(), gradient.shape());
    float step = 1e-2f;
    for (int i = 0; i < x.size(); i++) {
      double[] sums = new double[2];
      for (int side = 0; side < 2; side++) {
        NDArray moved = NDArray.of(x.toFloatArray(), x.shape().toArray());
        moved.setDouble(i, x.getFloat(i) + (side == 0 ? -step : step));
        NDArray y = p.call(new ForeignProgram.Arguments(weights, List.of(moved), 0, false))
            .get(0);
        for (int k = 0; k < y.size(); k++) {
          sums[side] += y.getDouble(k) * by.getDouble(k);
        }
      }
      // a relu bends within the step now and then
      assertEquals((sums[1] - sums[0]) / (2 * step), gradient.getDouble(i), 0.02, "input " + i);
    }
  }

  /** Other models train meanwhile, and both get what they get alone: a program's gradients turn a switch of the process. */
  @Test
  void trainsBesideOthers() throws Exception {
    float[] alone = images();
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> programs = thread.submit(() -> {
        do {
          train(model());
        } while (!ended.get());
      });
      try {
        for (int i = 0; i < 20; i++) {
          assertArrayEquals(alone, images());
        }
      } finally {
        ended.set(true);
      }
      programs.get();
    } finally {
      thread.shutdownNow();
    }
  }

  // weights whose layout only oneDNN's kernels take
  private float[] images() {
    Sequential m = new Sequential(
        new Input(6, 6, 2),
        new Conv2D(1, 3).kernelInitializer(new Constant(0.1)).padding("same"),
        new Conv2D(4, 3).kernelInitializer(new Constant(0.1)),
        new DepthwiseConv2D(3).depthwiseInitializer(new Constant(0.1)).padding("same"),
        new Flatten());
    m.compile(new SGD(0.01), "mse");
    NDArray x = NDArray.of(new float[4 * 72], 4, 6, 6, 2);
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.sin(i));
    }
    m.fit(x, new float[4][64], Fit.epochs(5).batchSize(2).shuffle(false).verbose(0));
    return m.predict(x).toFloatArray();
  }

  /** Gradients reach what stands before the module, too. */
  @Test
  void gradientsGoThroughIt() {
    SeedGenerator.setRandomSeed(8);
    Functional m = around();
    m.compile(new SGD(0.05), "mse");
    NDArray before = m.weights().get(0).value().toNDArray();
    List<Double> losses = m.fit(
            recorded.get("x"), recorded.get("y"), Fit.epochs(12).batchSize(2).verbose(0))
        .get("loss");
    assertTrue(losses.get(11) < losses.get(0) / 2, losses.toString());
    assertFalse(before.equals(m.weights().get(0).value().toNDArray()));
  }

  private Functional around() {
    Input in = new Input(1, 6, 6);
    var x = new Dense(6).activation("tanh").invoke(in.output());
    x = new TorchScriptLayer(file).invoke(x);
    return new Functional(in.output(), new Dense(5).invoke(x));
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

  @Test
  void frozenItKeepsItsWeights() {
    Model m = model();
    m.layers().get(m.layers().size() - 1).trainable(false);
    assertEquals(List.of(), m.trainableWeights());
  }

  @Test
  void refusesWhatIsNone() throws IOException {
    Path other = Files.writeString(dir.resolve("other.pt"), "no module");
    String said = assertThrows(IllegalArgumentException.class, () -> new TorchScriptLayer(other))
        .getMessage();
    assertTrue(said.contains("cannot be loaded as a file of TorchScript"), said);
    assertThrows(
        IllegalArgumentException.class, () -> new TorchScriptLayer(dir.resolve("none.pt")));
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class,
        () -> new TorchScriptLayer(file).name("net").invoke(Ops.ones(new long[] {2, 7})));
    assertTrue(e.getMessage().contains("'net'"), e.getMessage());
  }

  @Test
  void filesOfOthersNeedToBeAllowed() {
    Map<String, Object> config =
        new java.util.LinkedHashMap<>(new TorchScriptLayer(file).getConfig());
    config.put("program", config.get("program") + "");
    // one that this JVM did not make
    byte[] bytes = java.util.Base64.getDecoder().decode((String) config.get("program"));
    bytes[4] ^= 1; // the time in the header of gzip
    config.put("program", java.util.Base64.getEncoder().encodeToString(bytes));
    Map<String, Object> object = Map.of(
        "module",
        "keras4j",
        "class_name",
        "TorchScriptLayer",
        "config",
        config,
        "registered_name",
        "keras4j>TorchScriptLayer");
    String said = assertThrows(
            IllegalArgumentException.class,
            () -> org.keras4j.core.serialization.Serializer.deserialize(object))
        .getMessage();
    assertTrue(said.contains("ProgramLayer.allowing"), said);
    ProgramLayer.allowing(() -> org.keras4j.core.serialization.Serializer.deserialize(object));
  }
}
