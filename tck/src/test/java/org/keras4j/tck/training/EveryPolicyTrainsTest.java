package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Sequential;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.SGD;

/**
 * Networks of every dtype policy, with one output and with several, train: losses are numbers and fall, all weights
 * move, and the compiled step does what the eager one does. System property {@code keras4j.policies} set to
 * {@code all} adds recurrent networks, and Adam where its constants exist in the dtype.
 */
class EveryPolicyTrainsTest {
  private static final List<String> POLICIES =
      List.of("float32", "float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16");
  private static final boolean ALL = System.getProperty("keras4j.policies", "").equals("all");
  private static final int ROWS = 12;

  @AfterEach
  void policy() {
    DTypePolicy.setGlobal((DTypePolicy) null);
  }

  @TestFactory
  Stream<DynamicTest> train() {
    List<DynamicTest> out = new ArrayList<>();
    for (String policy : POLICIES) {
      for (int units : new int[] {1, 3}) {
        for (String network :
            ALL ? List.of("convolutions", "recurrent") : List.of("convolutions")) {
          // of 16 bits alone, Adam's second decay is 1 and its epsilon 0
          boolean narrow = policy.equals("float16") || policy.equals("bfloat16");
          for (boolean adam :
              ALL && !narrow ? new boolean[] {false, true} : new boolean[] {false}) {
            String name =
                policy + ", " + network + ", Dense(" + units + "), " + (adam ? "Adam" : "SGD");
            out.add(DynamicTest.dynamicTest(name, () -> check(policy, network, units, adam)));
          }
        }
      }
    }
    return out.stream();
  }

  private static void check(String policy, String network, int units, boolean adam) {
    DTypePolicy.setGlobal(policy);
    Sequential compiled = model(network, units);
    List<NDArray> before = fill(compiled);
    History losses = fit(compiled, adam, units, false);
    List<NDArray> after = compiled.getWeights();
    for (int i = 0; i < before.size(); i++) {
      assertNotEquals(
          before.get(i), after.get(i), compiled.weights().get(i).path() + " did not move");
    }
    List<Double> loss = losses.get("loss");
    loss.forEach(l -> assertTrue(Double.isFinite(l), "loss " + loss));
    assertTrue(loss.get(loss.size() - 1) < loss.get(0), "losses " + loss);

    Sequential eager = model(network, units);
    fill(eager);
    History stepwise = fit(eager, adam, units, true);
    double tolerance = tolerance(compiled.layers().get(0).computeDtype());
    for (int i = 0; i < loss.size(); i++) {
      // the mean of a loss is kept in float32
      assertEquals(
          stepwise.get("loss").get(i), loss.get(i), Math.max(tolerance, 1e-6) * (1 + loss.get(i)));
    }
    for (int i = 0; i < after.size(); i++) {
      NDArray a = after.get(i);
      NDArray b = eager.getWeights().get(i);
      for (int k = 0; k < a.size(); k++) {
        assertEquals(
            b.getDouble(k),
            a.getDouble(k),
            4 * tolerance,
            compiled.weights().get(i).path());
      }
    }
  }

  private static double tolerance(DType t) {
    return switch (t) {
      case FLOAT64 -> 1e-9;
      case FLOAT32 -> 1e-4;
      case FLOAT16 -> 1e-2;
      default -> 6e-2;
    };
  }

  private static Sequential model(String network, int units) {
    if (network.equals("recurrent")) {
      return new Sequential(
          new Input(5, 3), new LSTM(4), new Dense(4).activation("tanh"), new Dense(units));
    }
    return new Sequential(
        new Input(6, 6, 2),
        new Conv2D(4, 3).activation("relu"),
        new BatchNormalization().momentum(0.5),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(6).activation("gelu"),
        new LayerNormalization(),
        new Dense(units));
  }

  /** The same weights for both; returns them. */
  private static List<NDArray> fill(Sequential m) {
    List<NDArray> weights = new ArrayList<>();
    for (NDArray w : m.getWeights()) {
      NDArray a = NDArray.zeros(w.dtype(), w.shape());
      for (int i = 0; i < a.size(); i++) {
        double v = Math.sin(i * 1.7 + weights.size()) * 0.5;
        a.setDouble(i, w.rank() == 1 ? 0.1 + Math.abs(v) / 4 : v);
      }
      weights.add(a);
    }
    m.setWeights(weights);
    return weights;
  }

  private static History fit(Sequential m, boolean adam, int units, boolean eagerly) {
    Shape in = m.inputShape();
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(ROWS).concat(in.slice(1)));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.cos(i * 0.37));
    }
    NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(ROWS, units));
    for (int i = 0; i < y.size(); i++) {
      y.setDouble(i, Math.sin(i * 0.9));
    }
    m.compile(Compile.optimizer(adam ? new Adam(0.01) : new SGD(0.05).momentum(0.5))
        .loss("mse")
        .metrics("mae")
        .runEagerly(eagerly));
    return m.fit(x, y, Fit.epochs(3).batchSize(6).shuffle(false).verbose(0));
  }
}
