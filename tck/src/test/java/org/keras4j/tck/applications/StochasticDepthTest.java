package org.keras4j.tck.applications;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.applications.ConvNeXtTiny;
import org.keras4j.applications.StochasticDepth;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.saving.KerasFileEditor;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.SGD;

/** Blocks of ConvNeXt that are left out at random, as real Keras leaves them out (scripts/record_application_outputs.py). */
class StochasticDepthTest {
  private static final int ROWS = 2000;

  @TempDir
  Path folder;

  private Map<String, NDArray> golden;

  @BeforeEach
  void read() throws IOException {
    golden = Npz.read(file("stochastic_depth.npz"));
    SeedGenerator.setRandomSeed(3);
  }

  private Path file(String name) throws IOException {
    Path out = folder.resolve(name);
    try (InputStream in = StochasticDepthTest.class.getResourceAsStream(name)) {
      Files.copy(in, out);
    }
    return out;
  }

  private static NDArray ones() {
    float[] x = new float[ROWS * 3];
    Arrays.fill(x, 1);
    return NDArray.of(x, ROWS, 3);
  }

  private static NDArray trained(StochasticDepth layer) {
    return layer.invoke(Ops.convertToTensor(ones()), CallArgs.training(true)).toNDArray();
  }

  @Test
  void wholeSamplesAreLeftOutAndTheOthersScaled() {
    StochasticDepth layer = new StochasticDepth(0.3);
    NDArray first = trained(layer);
    float[] scales = golden.get("scales").toFloatArray(); // 0, and what the others are divided by
    int kept = 0;
    for (int i = 0; i < ROWS; i++) {
      float v = first.getFloat(3 * i);
      assertTrue(v == 0 || Math.abs(v - scales[1]) < 1e-6, "row " + i + " is " + v);
      assertEquals(v, first.getFloat(3 * i + 1));
      assertEquals(v, first.getFloat(3 * i + 2));
      kept += v > 0 ? 1 : 0;
    }
    // two shares of so many samples lie apart by less than 4.5 standard deviations
    assertEquals(golden.get("kept").getDouble(0), kept / (double) ROWS, 4.5 * 0.0145);
    assertNotEquals(first, trained(layer), "other samples each time");
    assertEquals(
        ones(),
        layer.invoke(Ops.convertToTensor(ones()), CallArgs.training(false)).toNDArray());
  }

  @Test
  void gradientsGoThroughWhatIsKept() {
    StochasticDepth layer = new StochasticDepth(0.5);
    Grad.Result r = Grad.valueAndGrad(
        x -> Ops.sum(Ops.square(layer.invoke(x, CallArgs.training(true)))),
        Ops.convertToTensor(ones()));
    NDArray g = r.grads().get(0).toNDArray();
    double sum = 0;
    for (int i = 0; i < g.size(); i++) {
      double v = g.getDouble(i); // 2 y dy/dx of y = 2 x, or 0
      assertTrue(v == 0 || Math.abs(v - 8) < 1e-5, "gradient " + v);
      sum += v;
    }
    assertEquals(r.value().toNDArray().getDouble(0), sum / 2, 1e-3 * sum);
  }

  @Test
  void filesGoBothWays() throws IOException {
    Path python = file("stochastic_depth.keras");
    Model model = Model.load(python);
    assertClose(golden.get("y"), model.predict(golden.get("x")));
    Path ours = folder.resolve("ours.keras");
    model.save(ours);
    KerasFileEditor.Comparison there = new KerasFileEditor(python).compare(model);
    assertEquals(KerasFileEditor.Status.SUCCESS, there.status(), there.toString());
    assertEquals(there, new KerasFileEditor(ours).compare(model));
    assertClose(golden.get("y"), Model.load(ours).predict(golden.get("x")));
  }

  private static void assertClose(NDArray expected, NDArray found) {
    assertEquals(expected.shape(), found.shape());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.getDouble(i), found.getDouble(i), 1e-5);
    }
  }

  /** A step of training on samples that are left out changes no weight; on those that are not, by as much as it says. */
  @Test
  void compiledStepsLeaveOutOtherSamplesEachTime() {
    KerasTensor in = Input.of(1);
    Dense dense = new Dense(1).useBias(false).kernelInitializer("zeros");
    Tensor y = new StochasticDepth(0.5).invoke(dense.invoke(in));
    Functional model = Model.of(in, y);
    model.compile(new SGD(0.25), "mse");
    NDArray x = NDArray.of(new float[] {1}, 1, 1);
    double weight = 0;
    int moved = 0;
    for (int step = 0; step < 40; step++) {
      model.trainOnBatch(x, x);
      double now = model.weights().get(0).value().toNDArray().getDouble(0);
      if (now != weight) {
        // y = 2 w x if it is kept: the gradient of (2 w - 1)^2 is 4 (2 w - 1)
        assertEquals(weight - 0.25 * 4 * (2 * weight - 1), now, 1e-5);
        moved++;
      }
      weight = now;
      model.weights().get(0).assign(Ops.convertToTensor(new float[][] {{0}}));
      weight = 0;
    }
    assertTrue(
        moved > 5 && moved < 35, moved + " of 40 steps"); // 20 with a standard deviation of 3.2
    model.fit(x, x, Fit.epochs(1).verbose(0));
  }

  @Test
  void laterBlocksOfConvNextAreLeftOutMoreOften() {
    List<StochasticDepth> found = new ConvNeXtTiny()
        .weights(null).dropPathRate(0.3).build().layers().stream()
            .filter(StochasticDepth.class::isInstance)
            .map(StochasticDepth.class::cast)
            .toList();
    double[] rates = found.stream()
        .mapToDouble(l -> ((Number) l.getConfig().get("drop_path_rate")).doubleValue())
        .toArray();
    assertArrayEquals(golden.get("rates").toDoubleArray(), rates);
    int[] blocks = found.stream()
        .map(l -> l.name().split("_"))
        .mapToInt(n -> Integer.parseInt(n[3]) * 100 + Integer.parseInt(n[5]))
        .toArray();
    assertArrayEquals(golden.get("blocks").toIntArray(), blocks);
  }
}
