package org.keras4j.tck.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.data.Column;
import org.keras4j.data.CsvTable;
import org.keras4j.data.StreamTable;
import org.keras4j.data.TableSource;
import org.keras4j.layers.preprocessing.Adapting;
import org.keras4j.layers.preprocessing.Discretization;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.models.features.FeatureSpace;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataPipeline;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.data.Dataset;
import org.keras4j.training.data.IterableSource;
import org.keras4j.training.data.PublisherSource;

/** Layers adapt to all that trains. */
class AdaptTest {
  private static final int SIZE = 16;

  private static NDArray numbers() {
    return NDArray.from(
        Tables.rows().stream().map(r -> new float[] {r.a(), r.b()}).toArray(float[][]::new));
  }

  private static NDArray kinds() {
    String[] all = Tables.rows().stream().map(Tables.Row::kind).toArray(String[]::new);
    return NDArray.ofStrings(all, Shape.of(all.length, 1));
  }

  private static List<Batch> batches(NDArray x) {
    int rows = (int) x.shape().dim(0);
    return IntStream.iterate(0, i -> i < rows, i -> i + SIZE)
        .mapToObj(i -> Batch.of(x.slice(i, Math.min(rows, i + SIZE)), "no array, and not read"))
        .toList();
  }

  private static Flow.Publisher<Batch> publisher(NDArray x) {
    return subscriber -> {
      SubmissionPublisher<Batch> p = new SubmissionPublisher<>(Runnable::run, 64);
      p.subscribe(subscriber);
      batches(x).forEach(p::submit);
      p.close();
    };
  }

  /** The same batches in every form but tables. */
  private static Map<String, Supplier<Object>> forms(NDArray x) {
    List<Batch> all = batches(x);
    Map<String, Supplier<Object>> out = new LinkedHashMap<>();
    out.put("list of arrays", () -> all.stream().map(Batch::x).toList());
    out.put("list", () -> all);
    out.put("iterator", all::iterator);
    out.put("stream", all::stream);
    out.put("stream of arrays", () -> all.stream().map(Batch::x));
    out.put("supplier", () -> (Supplier<Stream<Batch>>) all::stream);
    out.put("publisher", () -> new PublisherSource(publisher(x)));
    out.put("iterable", () -> new IterableSource(all));
    out.put("lists of one", () -> all.stream().map(b -> Batch.of(List.of(b.x()), b.y())));
    out.put("maps of one", () -> all.stream().map(b -> Batch.of(Map.of("x", b.x()), b.y())));
    out.put("pipeline", () -> DataPipeline.of(new IterableSource(all)).shuffle(4, 1));
    out.put("dataset", () -> new Dataset() {
      @Override
      public int size() {
        return all.size();
      }

      @Override
      public Batch get(int index) {
        return all.get(index);
      }

      @Override
      public int workers() {
        return 2;
      }
    });
    return out;
  }

  private static List<NDArray> moments(Object data) {
    Normalization n = new Normalization();
    n.adapt(data);
    return n.getWeights();
  }

  private static List<?> words(Object data) {
    StringLookup s = new StringLookup();
    s.adapt(data);
    TextVectorization t = new TextVectorization();
    t.adapt(data instanceof Iterator || data instanceof Stream ? kinds() : data);
    assertEquals(
        s.getVocabulary(), t.getVocabulary().subList(1, t.getVocabulary().size()));
    return s.getVocabulary();
  }

  private static void close(List<NDArray> expected, List<NDArray> got, String form) {
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(expected.get(i).toFloatArray(), got.get(i).toFloatArray(), 1e-5f, form);
    }
  }

  @Test
  void toBatches() {
    List<NDArray> expected = moments(numbers());
    forms(numbers()).forEach((form, data) -> close(expected, moments(data.get()), form));
    List<?> vocabulary = words(kinds());
    assertEquals(4, vocabulary.size());
    forms(kinds()).forEach((form, data) -> assertEquals(vocabulary, words(data.get()), form));
    Discretization bins = new Discretization(3);
    bins.adapt(batches(numbers()).stream().map(Batch::x).toList());
    Discretization same = new Discretization(3);
    same.adapt(batches(numbers()).stream());
    assertArrayEquals(
        bins.invoke(numbers()).toNDArray().toIntArray(),
        same.invoke(numbers()).toNDArray().toIntArray());
  }

  @Test
  void toTables(@TempDir Path dir) throws IOException {
    List<NDArray> expected = moments(numbers());
    List<?> vocabulary = words(kinds());
    for (Tables kind : Tables.values()) {
      Path own = Files.createDirectories(dir.resolve(kind.name()));
      var table = kind.write(own);
      close(expected, moments(TableSource.of(table).x("a", "b").y("y")), kind.name());
      TableSource strings = TableSource.of(table).x(Column.strings("kind"));
      assertEquals(vocabulary, words(strings), kind.name());
    }
  }

  @Test
  void isNoEpoch(@TempDir Path dir) throws IOException {
    Path csv = Tables.csv(dir);
    List<Supplier<DataSource>> shuffled = List.of(
        () -> TableSource.of(CsvTable.of(csv)).x("a", "b").shuffle(50, 7),
        () -> DataPipeline.of(new IterableSource(batches(numbers()))).shuffle(4, 7));
    for (Supplier<DataSource> made : shuffled) {
      DataSource fresh = made.get();
      DataSource used = made.get();
      moments(used);
      for (int epoch = 0; epoch < 2; epoch++) {
        List<Object> a = new ArrayList<>();
        fresh.iterator().forEachRemaining(b -> a.add(b.x()));
        List<Object> b = new ArrayList<>();
        used.iterator().forEachRemaining(x -> b.add(x.x()));
        assertEquals(a, b);
      }
    }
  }

  @Test
  void ofSeveralInputsIsRefused() {
    NDArray x = NDArray.zeros(org.keras4j.core.DType.FLOAT32, Shape.of(2, 2));
    for (Object two : List.of(List.of(x, x), Map.of("a", x, "b", x))) {
      String said = assertThrows(
              IllegalArgumentException.class,
              () -> new Normalization().name("scale").adapt(Stream.of(Batch.of(two))))
          .getMessage();
      assertTrue(
          said.startsWith(
              "Normalization 'scale': adapt: expected batches with one input, got one with 2"),
          said);
    }
    String said = assertThrows(IllegalArgumentException.class, () -> moments(publisher(numbers())))
        .getMessage();
    assertTrue(said.contains("new PublisherSource(publisher)"), said);
  }

  @Test
  void closesWhatItReads() {
    AtomicInteger closed = new AtomicInteger();
    Stream<NDArray> bad = Stream.of(numbers(), kinds()).onClose(closed::incrementAndGet);
    assertThrows(RuntimeException.class, () -> moments(bad));
    assertEquals(1, closed.get());
    Supplier<Stream<NDArray>> good = () -> Stream.of(numbers()).onClose(closed::incrementAndGet);
    moments(good);
    assertEquals(2, closed.get());
    Supplier<Stream<Batch>> source =
        () -> batches(numbers()).stream().onClose(closed::incrementAndGet);
    moments(new IterableSource(source));
    assertEquals(3, closed.get());
    assertThrows(RuntimeException.class, () -> words(new IterableSource(source)));
    assertEquals(4, closed.get());
  }

  /** Words that occurred are not kept: a text may be larger than memory. */
  @Test
  void keepsNoDocuments() {
    for (Adapting layer : List.of(new StringLookup(), new TextVectorization())) {
      List<WeakReference<String>> seen = new ArrayList<>();
      Stream<NDArray> texts = IntStream.range(0, 50).mapToObj(i -> {
        if (i == 49) {
          for (int k = 0; k < 20 && seen.get(20).get() != null; k++) {
            System.gc();
          }
          assertNull(seen.get(20).get());
        }
        String text = new String(new char[] {'a', (char) ('a' + i % 3)});
        seen.add(new WeakReference<>(text));
        return NDArray.ofStrings(new String[] {text}, Shape.of(1));
      });
      layer.adapt(texts);
    }
  }

  @Test
  void ofFeatureSpaces() {
    List<Integer> all = IntStream.range(0, 40).boxed().toList();
    Supplier<TableSource> table = () -> TableSource.of(StreamTable.of(all::stream)
            .column("age", i -> i * 1.5)
            .column("city", i -> i % 3 == 0 ? "Oslo" : "Rome"))
        .input("age", Column.of("age"))
        .input("city", Column.strings("city"));
    List<Batch> batches = new ArrayList<>();
    table.get().iterator().forEachRemaining(batches::add);
    Map<String, Object> rows = Map.of(
        "age", all.stream().map(i -> i * 1.5).toList(),
        "city", all.stream().map(i -> i % 3 == 0 ? "Oslo" : "Rome").toList());
    AtomicInteger closed = new AtomicInteger();
    Supplier<Stream<Batch>> opened = () -> batches.stream().onClose(closed::incrementAndGet);
    Flow.Publisher<Batch> publisher = subscriber -> {
      SubmissionPublisher<Batch> p = new SubmissionPublisher<>(Runnable::run, 64);
      p.subscribe(subscriber);
      batches.forEach(p::submit);
      p.close();
    };
    NDArray expected = encoded(rows, rows);
    for (Object data : Arrays.asList(
        table.get(), batches, batches.iterator(), batches.stream(), opened, publisher)) {
      assertArrayEquals(expected.toFloatArray(), encoded(data, rows).toFloatArray(), 1e-5f);
    }
    assertEquals(1, closed.get());
  }

  private static NDArray encoded(Object data, Map<String, Object> rows) {
    FeatureSpace space = new FeatureSpace()
        .feature("age", FeatureSpace.floatNormalized())
        .feature("city", FeatureSpace.stringCategorical());
    space.adapt(data);
    return space.invoke(rows).toNDArray();
  }
}
