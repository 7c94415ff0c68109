package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.RunInterruptedException;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.LambdaCallback;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.Dataset;
import org.keras4j.training.data.TimeseriesDataset;
import org.keras4j.training.losses.Losses;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;

/** Where batches come from, in which order, on which thread, and how all that ends. */
@Timeout(120)
class DataSourcesTest {
  private static final int BATCHES = 8;

  private static Sequential model() {
    Sequential m =
        new Sequential(new Input(1), new Dense(1).useBias(false).kernelInitializer("ones"));
    m.compile(Compile.optimizer("sgd").loss("mse").runEagerly(true));
    return m;
  }

  private static Batch batch(double x) {
    NDArray a = NDArray.of(new float[] {(float) x}, 1, 1);
    return Batch.of(a, a);
  }

  private static Fit epochs(int n) {
    return Fit.epochs(n).verbose(0);
  }

  private static Stream<Batch> stream() {
    return IntStream.range(0, BATCHES).mapToObj(DataSourcesTest::batch);
  }

  /** Remembers which batches were asked for. */
  private static final class Numbered implements Dataset {
    final List<Integer> asked = Collections.synchronizedList(new ArrayList<>());
    final IntFunction<Batch> make;

    Numbered(IntFunction<Batch> make) {
      this.make = make;
    }

    Numbered() {
      this(DataSourcesTest::batch);
    }

    @Override
    public int size() {
      return BATCHES;
    }

    @Override
    public Batch get(int index) {
      asked.add(index);
      return make.apply(index);
    }
  }

  @AfterEach
  void noThreadIsLeft() {
    assertTrue(Thread.getAllStackTraces().keySet().stream()
        .noneMatch(t -> t.getName().equals("keras4j-data")));
  }

  // ---- what is run through once

  @Test
  void aStreamServesOneEpoch() {
    Sequential m = model();
    assertEquals(1, m.fit(stream(), epochs(1)).epochs().size());
    for (Object once : List.of(stream(), stream().iterator())) {
      String told = assertThrows(IllegalArgumentException.class, () -> m.fit(once, epochs(2)))
          .getMessage();
      assertTrue(told.contains("2 epochs") && told.contains("Supplier"), told);
    }
    String told = assertThrows(
            IllegalArgumentException.class,
            () -> m.fit(List.of(batch(1)), epochs(2).validationData(stream())))
        .getMessage();
    assertTrue(told.contains("2 validations"), told);
  }

  @Test
  void aStreamIsDividedIntoEpochs() {
    assertEquals(2, model().fit(stream(), epochs(2).stepsPerEpoch(4)).epochs().size());
    // what runs out ends training
    assertEquals(2, model().fit(stream(), epochs(3).stepsPerEpoch(5)).epochs().size());
    java.util.Iterator<Batch> it = stream().iterator();
    model().fit(it, epochs(1).stepsPerEpoch(3));
    assertEquals(3.0, ((NDArray) it.next().x()).getDouble(0), "no batch more was taken");
  }

  @Test
  void aSupplierIsAskedForEachEpoch() {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    Supplier<Stream<Batch>> streams = () -> {
      opened.incrementAndGet();
      return stream().onClose(closed::incrementAndGet);
    };
    Sequential m = model();
    assertEquals(3, m.fit(streams, epochs(3)).epochs().size());
    assertEquals(3, opened.get());
    assertEquals(3, closed.get());
    assertEquals(2, m.fit(() -> stream().iterator(), epochs(2)).epochs().size());
    assertEquals(
        m.evaluate(stream().toList(), Run.defaults()), m.evaluate(streams, Run.defaults()));
    assertEquals(
        BATCHES, m.predict(() -> stream().map(Batch::x), Run.defaults()).shape().dim(0));
    assertEquals(5, closed.get() + 1);
    String told = assertThrows(
            IllegalArgumentException.class, () -> m.fit(() -> "no batches", epochs(1)))
        .getMessage();
    assertTrue(told.contains("java.lang.String"), told);
  }

  // ---- orders

  @Test
  void datasetsAreShuffled() {
    Numbered d = new Numbered();
    model().fit(d, epochs(2).shuffleSeed(3));
    List<Integer> first = d.asked.subList(0, BATCHES);
    List<Integer> second = d.asked.subList(BATCHES, 2 * BATCHES);
    List<Integer> all = IntStream.range(0, BATCHES).boxed().toList();
    assertEquals(all, first.stream().sorted().toList());
    assertEquals(all, second.stream().sorted().toList());
    assertNotEquals(first, second);
    assertNotEquals(all, first);
    Numbered again = new Numbered();
    model().fit(again, epochs(2).shuffleSeed(3));
    assertEquals(d.asked, again.asked);
    SeedGenerator.setRandomSeed(5);
    Numbered usual = new Numbered();
    model().fit(usual, epochs(1));
    assertNotEquals(all, usual.asked);
    Numbered ordered = new Numbered();
    Sequential m = model();
    m.fit(ordered, epochs(1).shuffle(false));
    m.evaluate(ordered, Run.defaults());
    assertEquals(Stream.concat(all.stream(), all.stream()).toList(), ordered.asked);
  }

  @Test
  void whatCannotBeShuffledSaysSo() {
    Sequential m = model();
    for (Object data : List.of(stream(), stream().toList(), stream().iterator())) {
      String told = assertThrows(
              IllegalArgumentException.class, () -> m.fit(data, epochs(1).shuffle(true)))
          .getMessage();
      assertTrue(told.contains("shuffle"), told);
    }
    float[][] steps = new float[20][1];
    TimeseriesDataset windows =
        new TimeseriesDataset(steps, null, TimeseriesDataset.Windows.of(2)).batchSize(4);
    String told = assertThrows(
            IllegalArgumentException.class, () -> m.fit(windows, epochs(1).shuffleSeed(1)))
        .getMessage();
    assertTrue(told.contains("shuffle(seed)"), told);
  }

  // ---- the thread that makes batches

  /** The next batch is in the making while this one is in use: callback and source wait for each other. */
  @Test
  void batchesAreMadeWhileOthersAreUsed() {
    CountDownLatch[] begun = new CountDownLatch[BATCHES + 1];
    for (int i = 0; i <= BATCHES; i++) {
      begun[i] = new CountDownLatch(1);
    }
    begun[BATCHES].countDown();
    List<String> threads = Collections.synchronizedList(new ArrayList<>());
    Numbered d = new Numbered(i -> {
      begun[i].countDown();
      threads.add(Thread.currentThread().getName());
      return batch(i);
    });
    Callback waiting = new Callback() {
      private void await(int batch) {
        try {
          assertTrue(begun[batch + 1].await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public void onTrainBatchEnd(int batch, Logs logs) {
        await(batch);
      }

      @Override
      public void onTestBatchEnd(int batch, Logs logs) {
        await(batch);
      }
    };
    Sequential m = model();
    m.fit(d, epochs(1).shuffle(false).callbacks(waiting));
    assertEquals(List.of("keras4j-data"), threads.stream().distinct().toList());
    m.evaluate(d, Run.defaults().callbacks(waiting));
    threads.clear();
    m.fit(d, epochs(1).readAhead(0));
    assertEquals(
        List.of(Thread.currentThread().getName()), threads.stream().distinct().toList());
  }

  @Test
  void failuresKeepTypeAndCause() {
    Sequential m = model();
    Numbered d = new Numbered(i -> {
      if (i == 3) {
        throw new IllegalStateException("file 3", new java.io.IOException("no disk"));
      }
      return batch(i);
    });
    List<Supplier<Object>> calls = List.of(
        () -> m.fit(d, epochs(1).shuffle(false)),
        () -> m.evaluate(d, Run.defaults()),
        () -> m.predict(d, Run.defaults()));
    for (Supplier<Object> call : calls) {
      IllegalStateException e = assertThrows(IllegalStateException.class, call::get);
      assertEquals("file 3", e.getMessage());
      assertEquals("no disk", e.getCause().getMessage());
      noThreadIsLeft();
    }
  }

  @Test
  void customObjectsHoldOnThatThreadToo() {
    List<Object> found = Collections.synchronizedList(new ArrayList<>());
    Numbered d = new Numbered(i -> {
      found.add(String.valueOf(CustomObjects.find("Own")));
      return batch(i);
    });
    CustomObjects.with(Map.of("Own", Dense.class), () -> model().fit(d, epochs(1)));
    assertEquals(List.of(Dense.class.toString()), found.stream().distinct().toList());
  }

  /** Numbers drawn without a seed where batches are made: the same on whichever thread, others each batch and epoch. */
  @Test
  void randomNumbersOfBatchesAreRepeatable() {
    List<List<Double>> runs = new ArrayList<>();
    for (int ahead : new int[] {0, 1, 5}) {
      SeedGenerator.setRandomSeed(9);
      List<Double> drawn = Collections.synchronizedList(new ArrayList<>());
      Numbered d = new Numbered(i -> {
        drawn.add(RandomOps.uniform(new long[] {1}).toNDArray().getDouble(0));
        return batch(i);
      });
      model().fit(d, epochs(2).readAhead(ahead));
      runs.add(drawn);
    }
    assertEquals(2 * BATCHES, runs.get(0).stream().distinct().count());
    assertEquals(runs.get(0), runs.get(1));
    assertEquals(runs.get(0), runs.get(2));
  }

  // ---- interrupts

  @Test
  void fitHeedsAnInterruptBeforeTheNextStep() {
    for (Object data : List.of(stream().toList(), new Numbered())) {
      List<Integer> ended = new ArrayList<>();
      LambdaCallback c = new LambdaCallback().onTrainBatchEnd((batch, logs) -> {
        ended.add(batch);
        if (batch == 2) {
          Thread.currentThread().interrupt();
        }
      });
      Sequential m = model();
      RunInterruptedException e = assertThrows(
          RunInterruptedException.class, () -> m.fit(data, epochs(3).callbacks(c)));
      assertTrue(Thread.interrupted());
      assertEquals(List.of(0, 1, 2), ended);
      assertEquals(3, m.optimizer().iterations().item());
      assertTrue(e.getMessage().startsWith("fit, in epoch 1 after 3 batches"), e.getMessage());
      assertEquals(1, m.fit(data, epochs(1)).epochs().size());
    }
  }

  @Test
  void anInterruptEndsTheWaitForData() {
    Thread here = Thread.currentThread();
    Numbered d = new Numbered(i -> {
      if (i == 4) {
        here.interrupt();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          throw new IllegalStateException("the source was interrupted", e);
        }
      }
      return batch(i);
    });
    Sequential m = model();
    RunInterruptedException e =
        assertThrows(RunInterruptedException.class, () -> m.fit(d, epochs(1).shuffle(false)));
    assertTrue(Thread.interrupted());
    assertTrue(e.getMessage().startsWith("fit, in epoch 1"), e.getMessage());
  }

  @Test
  void evaluationAndPredictionHeedInterruptsBetweenBatches() {
    Sequential m = model();
    NDArray one = NDArray.of(new float[] {1}, 1, 1);
    Thread.currentThread().interrupt();
    assertEquals(1, m.predict(one).size());
    LambdaCallback c = new LambdaCallback()
        .onTestBatchEnd((batch, logs) -> Thread.currentThread().interrupt())
        .onPredictBatchEnd((batch, logs) -> Thread.currentThread().interrupt());
    assertThrows(
        RunInterruptedException.class,
        () -> m.evaluate(stream().toList(), Run.defaults().callbacks(c)));
    assertTrue(Thread.interrupted());
    assertThrows(
        RunInterruptedException.class,
        () -> m.predict(stream().toList(), Run.defaults().callbacks(c)));
    assertTrue(Thread.interrupted());
    assertFalse(Thread.currentThread().isInterrupted());
  }

  // ---- what does not fit

  private static Sequential classifier(Object loss) {
    Sequential m = new Sequential(new Input(2), new Dense(3).name("kind"));
    m.compile("sgd", loss);
    return m;
  }

  @Test
  void labelsThatAreNoClassesAreNamed() {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(4, 2));
    SparseCategoricalCrossentropy logits = new SparseCategoricalCrossentropy().fromLogits(true);
    for (Object wrong : List.of(
        new int[] {0, 1, 5, 2},
        new long[] {0, 1, -1, 2},
        new float[] {0, 1, 3, 2},
        new double[] {0, 1, Double.NaN, 2},
        new int[][] {{0}, {1}, {5}, {2}})) {
      Sequential m = classifier(logits);
      List<NDArray> before = m.getWeights();
      List<Executable> calls = List.of(
          () -> m.fit(x, wrong, epochs(1).batchSize(2)),
          () -> m.fit(List.of(Batch.of(x, wrong)), epochs(1)),
          () -> m.evaluate(x, wrong),
          () -> m.trainOnBatch(x, wrong),
          () -> m.testOnBatch(x, wrong));
      for (Executable call : calls) {
        String told = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(told.contains("label") && told.contains("0 to 2"), told);
        assertTrue(told.contains("element 2") && told.contains("Sequential"), told);
      }
      assertEquals(before, m.getWeights());
    }
    int[] masked = {0, 1, -1, 2};
    Sequential ignoring =
        classifier(new SparseCategoricalCrossentropy().fromLogits(true).ignoreClass(-1));
    assertTrue(Double.isFinite(ignoring.fit(x, masked, epochs(1)).last("loss")));
  }

  @Test
  void labelsOnTheDeviceThatAreNoClassesGiveNaN() {
    float[][] p = {{.2f, .3f, .5f}, {.2f, .3f, .5f}, {.2f, .3f, .5f}};
    for (boolean fromLogits : new boolean[] {false, true}) {
      NDArray loss = Losses.sparseCategoricalCrossentropy(
              Ops.convertToTensor(new int[] {5, -1, 1}),
              Ops.convertToTensor(p),
              fromLogits,
              null,
              -1)
          .toNDArray();
      assertTrue(Double.isNaN(loss.getDouble(0)) && Double.isNaN(loss.getDouble(1)));
      assertTrue(Double.isFinite(loss.getDouble(2)));
    }
    Sequential m = classifier(new SparseCategoricalCrossentropy().fromLogits(true));
    double loss = m.trainOnBatch(
            Ops.zeros(Shape.of(4, 2)), Ops.convertToTensor(new int[] {0, 5, 1, 2}))
        .get("loss");
    assertTrue(Double.isNaN(loss), () -> "loss " + loss);
  }

  @Test
  void theNumberOfInputsIsTold() {
    KerasTensor a = Input.of(2);
    KerasTensor b = Input.of(2);
    Model m = Model.of(List.of(a, b), new Concatenate().invoke(List.of(a, b)));
    float[][] x = new float[8][2];
    List<Object> given = List.of(
        Collections.singletonList((Object) x),
        x,
        List.of(NDArray.from(x)),
        NDArray.from(x),
        new float[40][2]);
    for (Object one : given) {
      String told =
          assertThrows(IllegalArgumentException.class, () -> m.predict(one)).getMessage();
      assertTrue(told.contains("expected 2 inputs") && told.contains("got 1 of shapes"), told);
    }
    // Java spreads it
    String told = assertThrows(IllegalArgumentException.class, () -> m.predict(List.of(x)))
        .getMessage();
    assertTrue(told.contains("got 8 of shapes") && told.contains("list of its rows"), told);
  }
}
