package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.saving.ModelFileException;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.data.Batch;

/** Training, evaluation, prediction and model files, from end to end. */
class FitTest {
  private static final int SAMPLES = 96;

  @TempDir
  Path folder;

  private static float[][] points() {
    java.util.Random random = new java.util.Random(3);
    float[][] x = new float[SAMPLES][4];
    for (float[] row : x) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return x;
  }

  private static int[] classes(float[][] x) {
    int[] y = new int[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i][0] + x[i][1] > 0 ? 1 : x[i][2] > 0 ? 2 : 0;
    }
    return y;
  }

  private static Sequential network() {
    SeedGenerator.setRandomSeed(7);
    Sequential m = new Sequential(
        new Input(4),
        new Dense(16).activation("relu"),
        new BatchNormalization(),
        new Dropout(0.1),
        new Dense(3).activation("softmax"));
    m.compile("adam", "sparse_categorical_crossentropy", "accuracy");
    return m;
  }

  @Test
  void fitLowersTheLossAndReportsValidation() {
    float[][] x = points();
    History h = network()
        .fit(x, classes(x), Fit.epochs(8).batchSize(10).validationSplit(0.25).verbose(0));
    List<Double> loss = h.get("loss");
    assertEquals(8, loss.size());
    assertTrue(loss.get(7) < 0.8 * loss.get(0), () -> loss.toString());
    assertEquals(
        List.of("accuracy", "loss", "val_accuracy", "val_loss"),
        List.copyOf(h.history().keySet()));
  }

  @Test
  void eagerAndCompiledStepsAgree() {
    float[][] x = points();
    Sequential compiled = network();
    Sequential eager = network();
    eager.setWeights(compiled.getWeights());
    eager.compile(Compile.optimizer("adam")
        .loss("sparse_categorical_crossentropy")
        .metrics("accuracy", "crossentropy")
        .runEagerly(true));
    compiled.compile("adam", "sparse_categorical_crossentropy", "accuracy", "crossentropy");
    // the masks of dropout differ with the layers' seeds, so the test step is compared
    Map<String, Double> a = compiled.testOnBatch(x, classes(x));
    Map<String, Double> b = eager.testOnBatch(x, classes(x));
    assertEquals(a.keySet(), b.keySet());
    a.forEach((k, v) -> assertEquals(v, b.get(k), 1e-5, k));
  }

  /** Batches that another thread prepares train as those of a data source, which this thread makes. */
  @Test
  void batchesPreparedAheadTrainTheSame() {
    int rows = 90;
    int width = 1 << 10;
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(rows, width));
    NDArray y = NDArray.zeros(DType.INT32, Shape.of(rows));
    java.util.Random random = new java.util.Random(5);
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, random.nextGaussian());
    }
    for (int i = 0; i < rows; i++) {
      y.setLong(i, random.nextInt(3));
    }
    Map<Integer, Double> weights = Map.of(0, 0.5, 1, 2.0);
    Fit options =
        Fit.epochs(3).batchSize(40).shuffle(false).classWeight(weights).verbose(0);
    History ahead = wide(width).fit(x, y, options);

    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < rows; i += 40) {
      int end = Math.min(rows, i + 40);
      batches.add(Batch.of(x.slice(i, end), y.slice(i, end)));
    }
    Fit same = Fit.epochs(3).classWeight(weights).verbose(0);
    assertEquals(wide(width).fit(batches, same).history(), ahead.history());
  }

  private static Sequential wide(int width) {
    SeedGenerator.setRandomSeed(8);
    Sequential m =
        new Sequential(new Input(width), new Dropout(0.2), new Dense(3).activation("softmax"));
    m.compile("sgd", "sparse_categorical_crossentropy", "accuracy");
    return m;
  }

  @Test
  void whatFailsInACallbackEndsTheThreadThatPrepares() {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(400, 1 << 10));
    Sequential m = wide(1 << 10);
    Callback failing = new Callback() {
      @Override
      public void onTrainBatchEnd(int batch, Logs logs) {
        throw new IllegalStateException("enough");
      }
    };
    Fit options = Fit.epochs(1).batchSize(40).callbacks(failing).verbose(0);
    NDArray y = NDArray.zeros(DType.INT32, Shape.of(400));
    assertThrows(IllegalStateException.class, () -> m.fit(x, y, options));
    assertTrue(Thread.getAllStackTraces().keySet().stream()
        .noneMatch(t -> t.getName().equals("keras4j-data")));
    assertEquals(1, m.fit(x, y, Fit.epochs(1).batchSize(40).verbose(0)).epochs().size());
  }

  @Test
  void sixteenThreadsPredictWhatOneDoes() throws Exception {
    float[][] x = points();
    NDArray rows = NDArray.from(x);
    Sequential m = network();
    NDArray expected = m.predict(x);
    List<NDArray> single = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      single.add(m.predict(rows.slice(i, i + 1)));
    }
    ExecutorService pool = Executors.newFixedThreadPool(16);
    List<Future<?>> results = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int first = i;
      results.add(pool.submit(() -> {
        for (int k = 0; k < 50; k++) {
          int row = (first + k) % SAMPLES;
          assertEquals(single.get(row), m.predict(rows.slice(row, row + 1)));
          assertEquals(expected, m.predict(x));
        }
      }));
    }
    for (Future<?> r : results) {
      r.get();
    }
    pool.shutdown();
  }

  @Test
  void dataComesFromStreamsAndIterables() {
    float[][] x = points();
    int[] y = classes(x);
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      batches.add(Batch.of(
          NDArray.from(x).slice(i * 32, i * 32 + 32), NDArray.from(y).slice(i * 32, i * 32 + 32)));
    }
    Sequential m = network();
    assertEquals(2, m.fit(batches, Fit.epochs(2).verbose(0)).get("loss").size());
    assertEquals(
        1,
        m.fit(Stream.of(batches.toArray()), Fit.epochs(1).verbose(0))
            .get("loss")
            .size());
    assertEquals(
        m.evaluate(x, y).get("loss"), m.evaluate(batches, Run.defaults()).get("loss"), 1e-5);
    assertThrows(IllegalArgumentException.class, () -> m.fit(List.of(new Batch[0]), Fit.epochs(1)));
  }

  @Test
  void weightsOfClassesAndSamplesCount() {
    float[][] x = points();
    int[] y = classes(x);
    Sequential m = network();
    float[] ones = new float[SAMPLES];
    java.util.Arrays.fill(ones, 2f);
    double plain = m.evaluate(x, y, Run.defaults()).get("loss");
    assertEquals(
        2 * plain, m.evaluate(x, y, Run.batchSize(32).sampleWeight(ones)).get("loss"), 1e-4);
    m.fit(x, y, Fit.epochs(1).classWeight(Map.of(0, 0.0, 1, 0.0, 2, 0.0)).verbose(0));
  }

  @Test
  void crossentropyFitsTheTargetsAndWeightedMetricsAreNamedApart() {
    double[][] x = new double[10][3];
    double[] y = new double[10];
    double[] w = new double[10];
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 3; j++) {
        x[i][j] = ((i * 7 + j * 3) % 11) / 11.0 - 0.5;
      }
      y[i] = i % 2;
      w[i] = i % 3 + 0.5;
    }
    double[][] kernel = new double[3][1];
    for (int i = 0; i < 3; i++) {
      kernel[i][0] = (i * 5 % 7) / 7.0 - 0.4;
    }
    Sequential m = new Sequential(new Input(3), new Dense(1).activation("sigmoid"));
    m.setWeights(List.of(
        NDArray.from(kernel).astype(DType.FLOAT32), NDArray.of(new float[] {1 / 7f - 0.4f})));
    m.compile(Compile.optimizer("sgd")
        .loss("crossentropy")
        .metrics("accuracy", "mse")
        .weightedMetrics(List.of("accuracy", "mse", "mae")));
    History h = m.fit(
        NDArray.from(x).astype(DType.FLOAT32),
        NDArray.from(y).astype(DType.FLOAT32).reshape(10, 1),
        Fit.epochs(2)
            .batchSize(4)
            .shuffle(false)
            .sampleWeight(NDArray.from(w).astype(DType.FLOAT32))
            .verbose(0));
    Map<String, Double> expected = Map.of(
        "accuracy", 0.5,
        "loss", 0.98583,
        "mae", 0.502233,
        "mse", 0.266508,
        "weighted_accuracy", 0.535714,
        "weighted_mse", 0.255344);
    assertEquals(expected.keySet(), h.history().keySet());
    expected.forEach((k, v) -> assertEquals(v, h.last(k), 1e-5, k));
  }

  private static final class OwnStep extends Model {
    private final Dense dense = new Dense(1);
    private int traces;

    @Override
    protected Tensor call(Tensor x) {
      return dense.invoke(x);
    }

    @Override
    protected Map<String, ?> trainStep(Batch batch) {
      traces++;
      List<Variable> weights = trainableVariables();
      Grad.Result r = Grad.valueAndGrad(
          in -> List.of(
              Ops.mean(Ops.square(Ops.subtract(invoke(batch.x(), CallArgs.training(true)), 3)))),
          List.of(),
          weights);
      optimizer().apply(r.grads(), weights);
      return Map.of("distance", r.value());
    }
  }

  @Test
  void anOwnStepIsCompiledOnce() {
    OwnStep m = new OwnStep();
    m.compile(Compile.optimizer("sgd"));
    History h = m.fit(NDArray.from(points()), null, Fit.epochs(20).batchSize(32).verbose(0));
    assertTrue(h.last("distance") < h.get("distance").get(0));
    assertEquals(1, m.traces);
  }

  @Test
  void graphsWithSeveralInputsAndOutputsTrainAndReload() {
    KerasTensor a = Input.of(4);
    KerasTensor b = Input.of(4);
    Dense shared = new Dense(5);
    Tensor joined = new Concatenate().invoke(List.of(shared.invoke(a), shared.invoke(b)));
    Tensor scaled = Ops.relu(Ops.multiply(joined, 0.5));
    Model m = Model.of(
        List.of(a, b),
        List.of(
            ((Layer) new Dense(3).activation("softmax").name("kind")).invoke(scaled),
            ((Layer) new Dense(1).name("size")).invoke(scaled)));
    m.compile("adam", List.of("sparse_categorical_crossentropy", "mse"));
    float[][] x = points();
    History h = m.fit(
        List.of(x, x), List.of(classes(x), new float[SAMPLES]), Fit.epochs(2).verbose(0));
    assertTrue(h.history().containsKey("kind_loss") && h.history().containsKey("size_loss"));
    Path file = folder.resolve("graph.keras");
    m.save(file);
    Object before = m.predictOnBatch(List.of(x, x));
    assertEquals(before, Model.load(file).predictOnBatch(List.of(x, x)));
  }

  @Test
  void aSavedModelGoesOnAsBefore() {
    float[][] x = points();
    Sequential m = network();
    m.fit(x, classes(x), Fit.epochs(1).verbose(0));
    Path file = folder.resolve("model.keras");
    m.save(file);
    Model again = Model.load(file);
    assertEquals(m.predict(x), again.predict(x));
    assertEquals(3, again.optimizer().iterationsVariable().value().item());
    assertFalse(again.fit(x, classes(x), Fit.epochs(1).verbose(0)).get("loss").isEmpty());
    Path weights = folder.resolve("model.weights.h5");
    m.saveWeights(weights);
    Sequential other = network();
    other.loadWeights(weights);
    assertEquals(m.predict(x), other.predict(x));
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Path file = folder.resolve("model.keras");
    network().save(file);
    byte[] good = Files.readAllBytes(file);
    for (int n : new int[] {0, 10, good.length / 2, good.length - 30}) {
      Path cut = folder.resolve("cut" + n + ".keras");
      Files.write(cut, java.util.Arrays.copyOf(good, n));
      ModelFileException e = assertThrows(ModelFileException.class, () -> Model.load(cut));
      assertTrue(e.getMessage().contains(cut.getFileName().toString()), e.getMessage());
    }
    assertThrows(ModelFileException.class, () -> Model.load(folder.resolve("none.keras")));
    assertThrows(ModelFileException.class, () -> network().save(folder.resolve("model.txt")));
  }

  @Test
  void mistakesAreNamed() {
    float[][] x = points();
    Sequential m = network();
    assertMessage(
        "expected last dimension 4, got input shape (3, 5)", () -> m.predict(new float[3][5]));
    assertMessage("samples", () -> m.fit(x, new int[5], Fit.epochs(1).verbose(0)));
    assertMessage(
        "without samples",
        () -> m.fit(new float[0][4], new int[0], Fit.epochs(1).verbose(0)));
    assertMessage("compiled", () -> new Sequential(new Input(4), new Dense(1)).fit(x, x));
    assertMessage("Unknown optimizer", () -> m.compile("adamm", "mse"));
    assertMessage("units", () -> new Dense(0));
    Dense built = new Dense(3);
    built.invoke(new float[2][4]);
    assertMessage("expected last dimension 4", () -> built.invoke(new float[2][5]));
    assertMessage("'useBias' cannot be set any more", () -> built.useBias(false));
  }

  private static void assertMessage(String part, org.junit.jupiter.api.function.Executable action) {
    RuntimeException e = assertThrows(RuntimeException.class, action);
    assertTrue(String.valueOf(e.getMessage()).contains(part), () -> part + " is not in: " + e);
  }

  @Test
  void nullForTargetsAndForOptionsIsNone() {
    Sequential model = new Sequential(
        new Input(4),
        new Dense(2),
        new org.keras4j.layers.regularization.ActivityRegularization(0.1, 0.1));
    model.compile("sgd", null);
    float[][] x = points();
    NDArray before = model.predict(x, null);
    assertEquals(model.predict(x), before);
    assertEquals(model.evaluate(x, Run.defaults()), model.evaluate(x, null));
    assertEquals(model.evaluate(x, Run.defaults()), model.evaluate(x, null, null));
    assertEquals(1, model.fit(x, null).epochs().size());
    assertFalse(model.predict(x).equals(before));
  }
}
