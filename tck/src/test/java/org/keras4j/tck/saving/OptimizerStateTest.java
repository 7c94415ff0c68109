package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.core.npy.Npz;
import org.keras4j.core.serialization.Registry;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.training.Compile;
import org.keras4j.training.optimizers.Adadelta;
import org.keras4j.training.optimizers.Adafactor;
import org.keras4j.training.optimizers.Adagrad;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.AdamW;
import org.keras4j.training.optimizers.Adamax;
import org.keras4j.training.optimizers.Ftrl;
import org.keras4j.training.optimizers.Lamb;
import org.keras4j.training.optimizers.Lion;
import org.keras4j.training.optimizers.LossScaleOptimizer;
import org.keras4j.training.optimizers.MultiOptimizer;
import org.keras4j.training.optimizers.Muon;
import org.keras4j.training.optimizers.Nadam;
import org.keras4j.training.optimizers.Optimizer;
import org.keras4j.training.optimizers.OptimizerMap;
import org.keras4j.training.optimizers.RMSprop;
import org.keras4j.training.optimizers.SGD;
import org.keras4j.training.optimizers.ScheduleFreeAdamW;
import org.keras4j.training.schedules.ExponentialDecay;

/** Training goes on from a {@code .weights.h5} file as if it had not been saved, whoever wrote the file. */
class OptimizerStateTest {
  @TempDir
  Path folder;

  /** What {@code scripts/record_optimizer_files.py} trained with real Keras. */
  private static final Map<String, Supplier<Optimizer>> RECORDED = new LinkedHashMap<>();

  static {
    RECORDED.put("adam", () -> new Adam(0.01));
    RECORDED.put("momentum", () -> new SGD(0.1).momentum(0.9));
    RECORDED.put("rmsprop", () -> new RMSprop(0.01).momentum(0.5).centered(true));
    RECORDED.put("adamw", () -> new AdamW(new ExponentialDecay(0.05, 2, 0.5)).weightDecay(0.1));
    RECORDED.put(
        "loss_scale",
        () -> new LossScaleOptimizer(new Adam(0.01)).initialScale(64).dynamicGrowthSteps(2));
    RECORDED.put(
        "ema", () -> new Adam(0.01).useEma(true).emaMomentum(0.8).emaOverwriteFrequency(4));
    RECORDED.put("accumulation", () -> new SGD(0.1).momentum(0.9).gradientAccumulationSteps(2));
    RECORDED.put("adamax", () -> new Adamax(0.05));
    RECORDED.put("nadam", () -> new Nadam(0.05));
    RECORDED.put("adagrad", () -> new Adagrad(0.1));
    RECORDED.put("adadelta", () -> new Adadelta(0.5));
    RECORDED.put("adafactor", () -> new Adafactor(0.05));
    RECORDED.put("ftrl", () -> new Ftrl(0.05).l1RegularizationStrength(0.01));
    RECORDED.put("lion", () -> new Lion(0.01));
    RECORDED.put("lamb", () -> new Lamb(0.01));
    RECORDED.put("muon", () -> new Muon(0.01));
    RECORDED.put("schedule_free", () -> new ScheduleFreeAdamW(0.01));
  }

  private static Sequential model(Optimizer optimizer) {
    Sequential m = new Sequential(new Input(4), new Dense(3).activation("tanh"), new Dense(2));
    m.compile(optimizer, "mse");
    return m;
  }

  // nothing is compiled for just a few steps
  private static Sequential eager(Optimizer optimizer) {
    Sequential m = model(optimizer);
    m.compile(Compile.optimizer(optimizer).loss("mse").runEagerly(true));
    return m;
  }

  private static NDArray[] data() {
    java.util.Random random = new java.util.Random(4);
    float[][] x = new float[8][4];
    float[][] y = new float[8][2];
    for (int i = 0; i < 8; i++) {
      for (int k = 0; k < 4; k++) {
        x[i][k] = (float) random.nextGaussian();
      }
      for (int k = 0; k < 2; k++) {
        y[i][k] = (float) random.nextGaussian();
      }
    }
    return new NDArray[] {NDArray.from(x), NDArray.from(y)};
  }

  private static void train(Model m, NDArray[] data, int steps) {
    for (int i = 0; i < steps; i++) {
      m.trainOnBatch(data[0], data[1]);
    }
  }

  private static List<NDArray> values(List<Variable> variables) {
    List<NDArray> out = new ArrayList<>();
    variables.forEach(v -> out.add(v.value().toNDArray()));
    return out;
  }

  private static void assertSameTraining(String name, Model expected, Model got) {
    assertEquals(expected.getWeights(), got.getWeights(), name);
    assertEquals(
        values(expected.optimizer().variables()), values(got.optimizer().variables()), name);
  }

  /** Every optimizer there is, by its name, and those whose settings add state. */
  private static Map<String, Supplier<Optimizer>> optimizers() {
    Map<String, Supplier<Optimizer>> out = new TreeMap<>(RECORDED);
    Registry.all().values().stream()
        .filter(c ->
            Optimizer.class.isAssignableFrom(c) && c.getName().startsWith("org.keras4j.training."))
        .filter(c -> c != LossScaleOptimizer.class && c != MultiOptimizer.class)
        .forEach(c -> out.put(
            c.getSimpleName(), () -> Objects.requireNonNull(Optimizer.get(c.getSimpleName()))));
    out.put(
        "several",
        () -> new MultiOptimizer(new OptimizerMap(new SGD(0.1).momentum(0.9))
            .put(".*bias", new Adam(0.01))
            .put("none", new Adam(0.1))));
    out.put(
        "scaled average",
        () -> new LossScaleOptimizer(new SGD(0.1).momentum(0.5).useEma(true).emaMomentum(0.5)));
    out.put("supplied rate", () -> new SGD((Supplier<Double>) () -> 0.1).momentum(0.9));
    return out;
  }

  @Test
  void everyOptimizerGoesOnFromAFileAsBefore() {
    Map<String, Supplier<Optimizer>> all = optimizers();
    assertTrue(all.size() > 20, () -> "only " + all.keySet());
    NDArray[] data = data();
    all.forEach((name, optimizer) -> {
      Sequential through = eager(optimizer.get());
      train(through, data, 3);
      Path file = folder.resolve("state.weights.h5");
      through.saveWeights(file);
      Sequential resumed = eager(optimizer.get());
      resumed.loadWeights(file);
      assertSameTraining(name, through, resumed);
      train(through, data, 3);
      train(resumed, data, 3);
      assertSameTraining(name, through, resumed);
    });
  }

  @Test
  void trainingGoesOnFromFilesOfPythonsKeras() throws IOException {
    Map<String, NDArray> recorded = Npz.read(resource("optimizer_files.npz"));
    NDArray[] data = {recorded.get("x"), recorded.get("y")};
    for (Map.Entry<String, Supplier<Optimizer>> e : RECORDED.entrySet()) {
      String name = e.getKey();
      Sequential m = model(e.getValue().get());
      m.loadWeights(resource(name + ".weights.h5"));
      assertTrue(m.optimizer().isBuilt(), name);
      train(m, data, 3);
      assertRecorded(recorded, name + "/weights/", m.getWeights());
      assertRecorded(recorded, name + "/optimizer/", values(m.optimizer().variables()));
    }
  }

  private static void assertRecorded(
      Map<String, NDArray> recorded, String prefix, List<NDArray> got) {
    assertEquals(
        recorded.keySet().stream().filter(k -> k.startsWith(prefix)).count(), got.size(), prefix);
    for (int i = 0; i < got.size(); i++) {
      String key = prefix + i;
      NDArray a = recorded.get(key);
      assertEquals(a.spec(), got.get(i).spec(), key);
      for (int k = 0; k < a.size(); k++) {
        double x = a.getDouble(k);
        assertEquals(x, got.get(i).getDouble(k), 1e-6 + 1e-5 * Math.abs(x), key);
      }
    }
  }

  private Path resource(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(name), name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  @Test
  void stateOfAnotherOptimizerIsLeft() {
    NDArray[] data = data();
    Sequential adam = model(new Adam(0.01));
    train(adam, data, 2);
    Path file = folder.resolve("adam.weights.h5");
    adam.saveWeights(file);

    Sequential fresh = model(new SGD(0.1));
    fresh.loadWeights(file);
    assertEquals(adam.getWeights(), fresh.getWeights());
    assertFalse(fresh.optimizer().isBuilt());
    assertEquals(0, fresh.optimizer().iterations().item());

    // as many variables, but of another layer
    Sequential second = model(new Adam(0.01));
    second.layers().get(0).trainable(false);
    train(second, data, 2);
    second.saveWeights(file);
    Sequential first = model(new Adam(0.01));
    first.layers().get(1).trainable(false);
    train(first, data, 1);
    List<NDArray> before = values(first.optimizer().variables());
    assertEquals(values(second.optimizer().variables()).size(), before.size());
    first.loadWeights(file);
    assertEquals(second.getWeights(), first.getWeights());
    assertEquals(before, values(first.optimizer().variables()));
  }

  @Test
  void weightsAloneAreTakenWhereThatIsAsked() {
    Sequential trained = model(new Adam(0.5));
    train(trained, data(), 2);
    Path file = folder.resolve("trained.weights.h5");
    trained.saveWeights(file);
    Sequential m = model(new Adam(0.01));
    m.loadWeights(file, false);
    assertEquals(trained.getWeights(), m.getWeights());
    assertFalse(m.optimizer().isBuilt());
    assertEquals(0.01, m.optimizer().learningRate().item(), 1e-8);
  }

  @Test
  void anOptimizerThatWasNotUsedIsSavedToo() {
    Sequential m = model(new Adam(0.5));
    Path file = folder.resolve("fresh.weights.h5");
    m.saveWeights(file);
    m.save(folder.resolve("fresh.keras"));
    Sequential other = model(new Adam(0.01));
    other.loadWeights(file);
    assertFalse(other.optimizer().isBuilt());
    assertEquals(0.5, other.optimizer().learningRate().item());
    Model loaded = Model.load(folder.resolve("fresh.keras"));
    NDArray[] data = data();
    train(m, data, 3);
    train(loaded, data, 3);
    assertSameTraining("fresh", m, loaded);
  }

  @Test
  void modelsWithoutOptimizersReadAndWriteSuchFiles() {
    Sequential trained = model(new Adam(0.5));
    train(trained, data(), 2);
    Path file = folder.resolve("trained.weights.h5");
    trained.saveWeights(file);
    Sequential bare = new Sequential(new Input(4), new Dense(3).activation("tanh"), new Dense(2));
    bare.loadWeights(file);
    assertEquals(trained.getWeights(), bare.getWeights());
    bare.saveWeights(file);
    Sequential again = model(new Adam(0.25));
    again.loadWeights(file);
    assertEquals(trained.getWeights(), again.getWeights());
    assertFalse(again.optimizer().isBuilt());
  }
}
