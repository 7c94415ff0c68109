package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.image.RandomBrightness;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataPipeline;
import org.keras4j.training.data.Dataset;

/** Pipelines: each step, seeds that hold for any number of workers, layers without a model, and what {@code fit} makes of them. */
class DataPipelineTest {
  private static DataPipeline<Integer> numbers(int n) {
    return DataPipeline.of(IntStream.range(0, n).boxed().toList());
  }

  private static <T> List<T> all(DataPipeline<T> p) {
    try (Stream<T> s = p.stream()) {
      return s.toList();
    }
  }

  @Test
  void stepsOneAfterTheOther() {
    assertEquals(List.of(0, 20, 40), all(numbers(6).map(x -> x * 10).filter(x -> x % 20 == 0)));
    assertEquals(List.of(2, 3), all(numbers(6).skip(2).take(2)));
    assertEquals(List.of(0, 1, 0, 1), all(numbers(2).repeat(2)));
    assertEquals(
        List.of("0a", "1b"),
        all(numbers(3).zip(DataPipeline.of(List.of("a", "b")), (x, y) -> x + y)));
    assertEquals(List.of(0, 1, 2, 3), all(numbers(4).prefetch(2)));
    assertEquals(List.of(1, 2), all(DataPipeline.of(() -> Stream.of(1, 2))));
    assertEquals(4, numbers(9).skip(1).batch(2).batches());
    assertEquals(-1, numbers(9).filter(x -> true).batches());
    assertEquals(2, all(numbers(5).batch(2, true)).size());
    assertThrows(IllegalArgumentException.class, () -> numbers(3).batch(0));
    assertThrows(IllegalArgumentException.class, () -> all(numbers(3).map(0, x -> x)));
  }

  @Test
  void ordersFollowFromSeedAndEpoch() {
    DataPipeline<Integer> one = numbers(50).shuffle(20, 3);
    List<Integer> first = all(one);
    List<Integer> second = all(one);
    assertEquals(new HashSet<>(all(numbers(50))), new HashSet<>(first));
    assertNotEquals(first, second);
    DataPipeline<Integer> again = numbers(50).shuffle(20, 3);
    assertEquals(first, all(again));
    DataPipeline<Integer> resumed = numbers(50).shuffle(20, 3);
    resumed.restore(again.state());
    assertEquals(second, all(resumed));
    // each repetition is shuffled anew
    List<Integer> repeated = all(numbers(50).shuffle(50, 1).repeat(2));
    assertEquals(100, repeated.size());
    assertNotEquals(repeated.subList(0, 50), repeated.subList(50, 100));
  }

  @Test
  void workersKeepOrderAndRandomNumbers() {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    List<Float> one = all(numbers(20).map(1, 5, DataPipelineTest::draw));
    List<Float> four = all(numbers(20).map(4, 5, x -> {
      threads.add(Thread.currentThread().getName() + Thread.currentThread().getId());
      return draw(x);
    }));
    assertEquals(one, four);
    assertEquals(20, new HashSet<>(one).size());
    assertTrue(threads.size() > 1, threads.toString());
    IllegalStateException e = assertThrows(
        IllegalStateException.class,
        () -> all(numbers(5).map(2, x -> {
          throw new IllegalStateException("of element " + x);
        })));
    assertEquals("of element 0", e.getMessage());
  }

  private static float draw(int x) {
    return x + RandomOps.uniform(Shape.of(1), 0, 1, null, null).toNDArray().getFloat(0);
  }

  @Test
  void whatIsKeptIsMadeOnce() {
    int[] made = {0};
    DataPipeline<Integer> p = numbers(4).map(x -> ++made[0]).cache();
    assertEquals(List.of(1, 2, 3, 4), all(p));
    assertEquals(List.of(1, 2, 3, 4), all(p));
    assertEquals(4, made[0]);
  }

  /** Layers on images and texts run on any number of threads with the same results, and their own state stays. */
  @Test
  void layersOnSeveralWorkers() {
    float[][][][] images = new float[12][4][4][1];
    for (int i = 0; i < 12; i++) {
      images[i][0][0][0] = 100 + i;
    }
    RandomBrightness layer = new RandomBrightness(0.5).seed(3L);
    DataPipeline<Batch> one = DataPipeline.slices(images, null).map(1, layer);
    DataPipeline<Batch> three = DataPipeline.slices(images, null).map(3, layer);
    List<NDArray> a = all(one).stream().map(b -> (NDArray) b.x()).toList();
    List<NDArray> b = all(three).stream().map(x -> (NDArray) x.x()).toList();
    assertEquals(a, b);
    assertTrue(new HashSet<>(a).size() > 8);
    assertNotEquals(a, all(three).stream().map(x -> (NDArray) x.x()).toList());
    TextVectorization words = new TextVectorization().outputSequenceLength(3);
    words.adapt(new String[] {"a b", "b c"});
    Batch texts = all(DataPipeline.slices(new String[] {"b a", "c"}, new int[] {1, 0})
            .map(2, words)
            .batch(2))
        .get(0);
    assertEquals(Shape.of(2, 3), ((NDArray) texts.x()).shape());
    assertEquals(NDArray.of(new int[] {1, 0}, 2), texts.y());
  }

  @Test
  void datasetsAndSourcesGoOn() {
    Dataset squares = new Dataset() {
      @Override
      public int size() {
        return 9;
      }

      @Override
      public Batch get(int index) {
        return Batch.of(NDArray.of(new float[] {index * index}, 1));
      }
    };
    List<Batch> made = all(DataPipeline.of(squares, 3));
    assertEquals(
        all(DataPipeline.of(squares)).stream().map(Batch::x).toList(),
        made.stream().map(Batch::x).toList());
    assertEquals(9, made.size());
    assertEquals(9, DataPipeline.of(squares, 3).batches());
  }

  // threads end with the epoch, also with one that is not finished
  @Test
  void threadsEnd() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      try (Stream<Integer> s = numbers(100).map(3, x -> x).prefetch(2).stream()) {
        assertEquals(0, s.findFirst().orElseThrow());
      }
    }
    long alive = 1;
    for (int i = 0; i < 100 && alive > 0; i++) {
      Thread.sleep(20);
      alive = Thread.getAllStackTraces().keySet().stream()
          .filter(t -> t.getName().equals("keras4j-pipeline"))
          .count();
    }
    assertEquals(0, alive);
  }

  @Test
  void fitTakesThem() {
    float[][] x = new float[40][3];
    float[][] y = new float[40][1];
    for (int i = 0; i < 40; i++) {
      x[i][i % 3] = 1;
      y[i][0] = i % 3;
    }
    Sequential model = new Sequential(new Input(3), new Flatten(), new Dense(1));
    model.compile("adam", "mse");
    DataPipeline<Batch> data = DataPipeline.slices(x, y).shuffle(40, 1).batch(16);
    History h = model.fit(data, Fit.epochs(3).verbose(0));
    assertEquals(3, h.get("loss").size());
    assertTrue(h.get("loss").get(2) < h.get("loss").get(0));
    assertEquals(3, data.batches());
  }
}
