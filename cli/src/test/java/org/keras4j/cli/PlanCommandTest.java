package org.keras4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/** The exchange of a plan is that of the program, reckoned by the link. */
class PlanCommandTest {
  @TempDir
  Path folder;

  private static Model mlp() {
    Model m = new Sequential(new Input(30), new Dense(50).activation("relu"), new Dense(4));
    m.compile("sgd", "mse");
    return m;
  }

  @Test
  void theExchangeHoldsAllGradientsOnce() {
    Model m = mlp();
    int parameters = 30 * 50 + 50 + 50 * 4 + 4;
    StepPlan.Step s = new StepPlan(m, 1e6, 1e-3, 1).of(4, 20);
    // besides the gradients, the loss and its count
    assertTrue(s.bytes() >= 4L * parameters, s.toString());
    assertTrue(s.bytes() <= 4L * parameters + 64, s.toString());
    double perfect = 2 * 3 * 1e-3 * s.operations() + 2.0 * 3 / 4 * s.bytes() / 1e6;
    assertEquals(perfect, s.exchange(), 1e-9);
  }

  @Test
  void oneDeviceExchangesNothing() {
    StepPlan.Step s = new StepPlan(mlp(), 1e9, 1e-5, 1).of(1, 8);
    assertEquals(0, s.exchange());
    assertEquals(0, s.operations());
    assertTrue(s.compute() > 0);
  }

  @Test
  void batchNormalizationsAddExchanges() {
    Model m = new Sequential(new Input(30), new Dense(50), new BatchNormalization(), new Dense(4));
    m.compile("sgd", "mse");
    int without = new StepPlan(mlp(), 1e9, 1e-5, 1).of(2, 8).operations();
    assertTrue(new StepPlan(m, 1e9, 1e-5, 1).of(2, 8).operations() > without);
  }

  @Test
  void memoryCountsWeightsOptimizerAndOutputs() {
    Model m = mlp();
    m.compile("adam", "mse");
    double eight = new StepPlan(m, 1e9, 1e-5, 1).of(2, 16).memory();
    double four = new StepPlan(m, 1e9, 1e-5, 1).of(2, 8).memory();
    // the outputs of both layers for four samples more
    assertEquals(4 * (50 + 4) * 4, eight - four, 30 * 4 * 4);
    assertTrue(four > 4 * 4 * (30 * 50 + 50 + 50 * 4 + 4), "weights, gradients, two moments");
  }

  @Test
  void wrongNumbersAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new StepPlan(mlp(), 1e9, 0, 1).of(8, 4).devices());
    Path file = folder.resolve("m.keras");
    mlp().save(file);
    assertEquals(0, Main.run("plan", file.toString(), "--devices", "2", "--batch", "8"));
    assertEquals(
        1, Main.run("plan", file.toString(), "--devices", "2", "--batch", "8", "--link", "0"));
    assertEquals(2, Main.run("plan", file.toString()));
  }
}
