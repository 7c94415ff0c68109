package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.EarlyStopping;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.LambdaCallback;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.callbacks.ReduceLROnPlateau;
import org.keras4j.training.callbacks.TerminateOnNaN;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.Optimizer;
import org.keras4j.training.optimizers.SGD;
import org.keras4j.training.schedules.ExponentialDecay;

/** Several steps of training in one executable are those steps. */
class GroupedStepsTest {
  private static final int ROWS = 96;

  private static NDArray points() {
    java.util.Random random = new java.util.Random(3);
    float[] x = new float[ROWS * 4];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return NDArray.of(x, ROWS, 4);
  }

  private static NDArray classes(NDArray x) {
    int[] y = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      y[i] = x.getFloat(4 * i) + x.getFloat(4 * i + 1) > 0 ? 1 : x.getFloat(4 * i + 2) > 0 ? 2 : 0;
    }
    return NDArray.of(y, ROWS);
  }

  private static NDArray weights() {
    float[] w = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      w[i] = 0.25f + i % 5;
    }
    return NDArray.of(w, ROWS);
  }

  // 0 for what fit thinks best
  private static Compile settings(Object optimizer, int steps) {
    Compile c = Compile.optimizer(Optimizer.get(optimizer))
        .loss("sparse_categorical_crossentropy")
        .metrics("accuracy")
        .weightedMetrics("crossentropy");
    return steps == 0 ? c : c.stepsPerExecution(steps);
  }

  /** With state besides the weights: moving averages and seeds. */
  private static Sequential network(Object optimizer, int steps) {
    SeedGenerator.setRandomSeed(7);
    Sequential m = new Sequential(
        new Input(4),
        new Dense(16).activation("relu"),
        new BatchNormalization(),
        new Dropout(0.1),
        new Dense(3).activation("softmax"));
    m.getWeights(); // drawn now, not when they are first used
    m.compile(settings(optimizer, steps));
    return m;
  }

  private static void assertSame(Sequential a, History ha, Sequential b, History hb, double delta) {
    assertEquals(ha.history().keySet(), hb.history().keySet());
    ha.history().forEach((name, values) -> {
      assertEquals(values.size(), hb.get(name).size(), name);
      for (int i = 0; i < values.size(); i++) {
        assertEquals(values.get(i), hb.get(name).get(i), delta, name + " of epoch " + i);
      }
    });
    List<Variable> va = a.variables();
    for (int i = 0; i < va.size(); i++) {
      NDArray wa = va.get(i).value().toNDArray();
      NDArray wb = b.variables().get(i).value().toNDArray();
      for (int k = 0; k < wa.size(); k++) {
        assertEquals(wa.getDouble(k), wb.getDouble(k), delta, va.get(i).path());
      }
    }
  }

  /** Counts the calls, and takes groups as they come or not. */
  private static final class Calls extends Callback {
    private final boolean looks;
    private int begun;
    private int ended;
    private final List<Integer> numbers = new ArrayList<>();

    Calls(boolean looks) {
      this.looks = looks;
    }

    @Override
    public boolean looksAtBatches() {
      return looks;
    }

    @Override
    public void onTrainBatchBegin(int batch, Logs logs) {
      begun++;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs) {
      ended++;
      numbers.add(batch);
    }

    @Override
    public void onTestBatchEnd(int batch, Logs logs) {
      ended++;
    }
  }

  @Test
  void stepsOfOneExecutionAreTheStepsOfSeveral() {
    NDArray x = points();
    NDArray y = classes(x);
    List<Sequential> models = new ArrayList<>();
    List<History> histories = new ArrayList<>();
    List<Calls> calls = new ArrayList<>();
    for (int steps : new int[] {1, 4}) {
      Calls c = new Calls(true);
      Sequential m = network("adam", steps);
      // nine whole batches and one of six
      histories.add(m.fit(
          x,
          y,
          Fit.epochs(3)
              .batchSize(10)
              .shuffleSeed(11)
              .sampleWeight(weights())
              .classWeight(Map.of(0, 0.5, 2, 2.0))
              .callbacks(c)
              .verbose(0)));
      models.add(m);
      calls.add(c);
    }
    assertSame(models.get(0), histories.get(0), models.get(1), histories.get(1), 1e-6);
    assertEquals(30, calls.get(0).ended);
    // as in Keras, batches count on, and the calls come once an execution
    assertEquals(List.of(3, 7, 9, 3, 7, 9, 3, 7, 9), calls.get(1).numbers);
    assertEquals(9, calls.get(1).begun);
  }

  @Test
  void anExecutionLongerThanAnEpochIsCut() {
    NDArray x = points();
    NDArray y = classes(x);
    Calls c = new Calls(true);
    Sequential one = network("sgd", 1);
    Sequential many = network("sgd", 1000);
    Fit f = Fit.epochs(2).batchSize(16).shuffle(false).verbose(0);
    History h = one.fit(x, y, f);
    assertSame(one, h, many, many.fit(x, y, f.callbacks(c)), 1e-6);
    assertEquals(List.of(5, 5), c.numbers);
  }

  private static Stream<Batch> endless(List<Integer> taken, int... sizes) {
    NDArray x = points();
    NDArray y = classes(x);
    return IntStream.iterate(0, i -> i + 1).mapToObj(i -> {
      taken.add(i);
      int size = sizes[i % sizes.length];
      return Batch.of(x.slice(i % 8, i % 8 + size), y.slice(i % 8, i % 8 + size));
    });
  }

  @Test
  void batchesOfAStreamAreTakenWhenTheirEpochNeedsThem() {
    Fit f = Fit.epochs(2).stepsPerEpoch(6).verbose(0);
    List<Integer> taken = new ArrayList<>();
    Sequential one = network("sgd", 1);
    History h = one.fit(endless(new ArrayList<>(), 12), f);
    Sequential four = network("sgd", 4);
    assertSame(one, h, four, four.fit(endless(taken, 12), f), 1e-6);
    assertTrue(taken.size() <= 13, () -> "batches taken: " + taken);
  }

  @Test
  void batchesOfDifferentSizesAreSingleSteps() {
    Fit f = Fit.epochs(1).stepsPerEpoch(10).verbose(0);
    Sequential one = network("sgd", 1);
    Sequential four = network("sgd", 4);
    History h = one.fit(endless(new ArrayList<>(), 12, 12, 12, 12, 7), f);
    assertSame(one, h, four, four.fit(endless(new ArrayList<>(), 12, 12, 12, 12, 7), f), 1e-6);
  }

  @Test
  void evaluationAndPredictionAreGrouped() {
    NDArray x = points();
    NDArray y = classes(x);
    Sequential one = network("sgd", 1);
    Sequential four = network("sgd", 4);
    List<Integer> ends = new ArrayList<>();
    LambdaCallback c = new LambdaCallback()
        .onTestBatchEnd((batch, logs) -> ends.add(batch))
        .onPredictBatchEnd((batch, logs) -> ends.add(batch));
    Map<String, Double> expected = one.evaluate(x, y, Run.batchSize(10).sampleWeight(weights()));
    Map<String, Double> got =
        four.evaluate(x, y, Run.batchSize(10).sampleWeight(weights()).callbacks(c));
    assertEquals(expected.keySet(), got.keySet());
    expected.forEach((k, v) -> assertEquals(v, got.get(k), 1e-6, k));
    NDArray a = one.predict(x, Run.batchSize(10));
    NDArray b = four.predict(x, Run.batchSize(10).callbacks(c));
    assertEquals(a.shape(), b.shape());
    assertArrayEquals(a.toFloatArray(), b.toFloatArray(), 1e-6f);
    assertEquals(List.of(3, 7, 9, 3, 7, 9), ends);
  }

  /** Long evaluations too, and what they give is what single steps give. */
  @Test
  void longEvaluationsAreGroupedByThemselves() {
    NDArray x = points();
    NDArray y = classes(x);
    Sequential m = network("sgd", 0);
    Calls c = new Calls(false);
    Map<String, Double> first = m.evaluate(x, y, Run.batchSize(1));
    NDArray predicted = m.predict(x, Run.batchSize(1));
    for (int i = 0; i < 24; i++) {
      Map<String, Double> now = m.evaluate(x, y, Run.batchSize(1).callbacks(c));
      first.forEach((k, v) -> assertEquals(v, now.get(k), 1e-6, k));
      NDArray again = m.predict(x, Run.batchSize(1));
      assertArrayEquals(predicted.toFloatArray(), again.toFloatArray(), 1e-6f);
    }
    assertTrue(c.ended < 24 * ROWS - 50, () -> "calls: " + c.ended);
  }

  /** Long trainings in small steps: grouped without a word, with the numbers of single steps. */
  @Test
  void longTrainingsAreGroupedByThemselves() {
    NDArray x = points();
    NDArray y = classes(x);
    List<Sequential> models = new ArrayList<>();
    List<History> histories = new ArrayList<>();
    List<Calls> calls = new ArrayList<>();
    for (boolean looks : new boolean[] {true, false}) {
      Calls c = new Calls(looks);
      Sequential m =
          network(new SGD(new ExponentialDecay(0.05, 100, 0.9)).momentum(0.9), looks ? 1 : 0);
      histories.add(m.fit(
          x,
          y,
          Fit.epochs(70)
              .batchSize(3)
              .shuffleSeed(5)
              .validationSplit(0.05)
              .callbacks(c, new EarlyStopping("val_loss").patience(100))
              .verbose(0)));
      models.add(m);
      calls.add(c);
    }
    int all = 70 * (31 + 2); // with those of validation
    assertEquals(all, calls.get(0).ended);
    assertTrue(calls.get(1).ended < all - 50, () -> "calls: " + calls.get(1).ended);
    assertSame(models.get(0), histories.get(0), models.get(1), histories.get(1), 1e-5);
  }

  /** Batches of a source as rows of arrays, unless they may depend on the training. */
  @Test
  void batchesOfSourcesAreGroupedAsRowsOfArraysAre() {
    NDArray x = points();
    NDArray y = classes(x);
    List<Batch> all = new ArrayList<>();
    for (int i = 0; i < ROWS; i += 3) {
      all.add(Batch.of(x.slice(i, i + 3), y.slice(i, i + 3)));
    }
    DataSource own = all::iterator;
    DataSource groupable = new DataSource() {
      @Override
      public Iterator<Batch> iterator() {
        return all.iterator();
      }

      @Override
      public boolean isGroupable() {
        return true;
      }
    };
    Supplier<Stream<Batch>> streams = all::stream;
    int epochs = 68;
    Sequential alone = network("sgd", 1);
    History expected =
        alone.fit(x, y, Fit.epochs(epochs).batchSize(3).shuffle(false).verbose(0));
    Map<Object, Boolean> grouped = new LinkedHashMap<>();
    grouped.put(all, true);
    grouped.put(streams, true);
    grouped.put(groupable, true);
    grouped.put(own, false);
    grouped.forEach((data, group) -> {
      Calls c = new Calls(false);
      Sequential m = network("sgd", 0);
      History h = m.fit(data, Fit.epochs(epochs).callbacks(c).verbose(0));
      assertEquals(group, c.ended < epochs * all.size() - 50, () -> "calls: " + c.ended);
      assertSame(alone, expected, m, h, 1e-5);
    });
    Calls c = new Calls(false);
    network("sgd", 0).fit(streams, Fit.epochs(epochs).callbacks(c).readAhead(0).verbose(0));
    assertEquals(epochs * all.size(), c.ended);
  }

  @Test
  void learningRatesChangeBetweenGroups() {
    NDArray x = points();
    NDArray y = classes(x);
    List<Sequential> models = new ArrayList<>();
    List<History> histories = new ArrayList<>();
    for (int steps : new int[] {1, 8}) {
      Sequential m = network(new Adam(0.01), steps);
      histories.add(m.fit(
          x,
          y,
          Fit.epochs(4)
              .batchSize(6)
              .shuffleSeed(2)
              .callbacks(new ReduceLROnPlateau("loss").patience(1).factor(0.5).minDelta(10))
              .verbose(0)));
      models.add(m);
    }
    List<Double> rates = histories.get(0).get("learning_rate");
    assertTrue(rates.get(3) < rates.get(0), () -> "rates: " + rates);
    assertSame(models.get(0), histories.get(0), models.get(1), histories.get(1), 1e-6);
  }

  @Test
  void masksAndRecurrentLayersAreGrouped() {
    java.util.Random random = new java.util.Random(4);
    int[] words = new int[ROWS * 6];
    for (int i = 0; i < words.length; i++) {
      words[i] = i % 6 < 1 + i / 6 % 6 ? 1 + random.nextInt(9) : 0;
    }
    NDArray x = NDArray.of(words, ROWS, 6);
    NDArray y = classes(points());
    List<Sequential> models = new ArrayList<>();
    List<History> histories = new ArrayList<>();
    for (int steps : new int[] {1, 3}) {
      SeedGenerator.setRandomSeed(7);
      Sequential m = new Sequential(
          new Input(6).dtype("int32"),
          new Embedding(10, 4).maskZero(true),
          new LSTM(5),
          new Dense(3).activation("softmax"));
      m.compile(settings("rmsprop", steps));
      histories.add(m.fit(x, y, Fit.epochs(2).batchSize(10).shuffleSeed(1).verbose(0)));
      models.add(m);
    }
    assertSame(models.get(0), histories.get(0), models.get(1), histories.get(1), 1e-6);
  }

  /** A step of one's own, which logs what it likes. */
  private static final class Own extends Sequential {
    Own(Layer... layers) {
      super(layers);
    }

    @Override
    protected Map<String, ?> trainStep(Batch batch) {
      Grad.Result r = Grad.valueAndGrad(
          in -> {
            Tensor out = (Tensor) invokeNested(batch.x(), CallArgs.training(true));
            return List.of(Ops.mean(Ops.square(Ops.subtract(out, batch.y()))));
          },
          List.of(),
          trainableVariables());
      optimizer().apply(r.grads(), trainableVariables());
      return Map.of("own", r.outputs().get(0), "two", 2);
    }
  }

  @Test
  void stepsOfOnesOwnAreGrouped() {
    NDArray x = points();
    List<Sequential> models = new ArrayList<>();
    List<History> histories = new ArrayList<>();
    for (int steps : new int[] {1, 5}) {
      SeedGenerator.setRandomSeed(7);
      Sequential m = new Own(new Input(4), new Dense(4));
      m.compile(Compile.optimizer("adam").stepsPerExecution(steps));
      histories.add(m.fit(x, x, Fit.epochs(3).batchSize(8).shuffleSeed(1).verbose(0)));
      models.add(m);
    }
    assertEquals(2.0, histories.get(1).last("two"));
    assertSame(models.get(0), histories.get(0), models.get(1), histories.get(1), 1e-6);
  }

  @Test
  void aSourceThatFailsLeavesTheModelUsable() {
    Sequential m = network("adam", 2);
    NDArray x = points();
    NDArray y = classes(x);
    Stream<Batch> broken = IntStream.range(0, 9).mapToObj(i -> {
      if (i == 5) {
        throw new IllegalStateException("no more");
      }
      return Batch.of(x.slice(i, i + 8), y.slice(i, i + 8));
    });
    Fit f = Fit.epochs(1).verbose(0);
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> m.fit(broken, f));
    assertEquals("no more", e.getMessage());
    assertTrue(Double.isFinite(m.fit(x, y, f).last("loss")));
  }

  @Test
  void callbacksThatStopAtABatchSeeEachOne() {
    assertTrue(new TerminateOnNaN().looksAtBatches());
    NDArray x = points();
    Sequential m = new Sequential(new Input(4), new Dense(4));
    m.compile(Compile.optimizer(new SGD(1e30)).loss("mse"));
    Calls c = new Calls(false);
    m.fit(x, x, Fit.epochs(5).batchSize(4).callbacks(new TerminateOnNaN(), c).verbose(0));
    assertTrue(c.ended < 24, () -> "batches: " + c.ended);
  }
}
