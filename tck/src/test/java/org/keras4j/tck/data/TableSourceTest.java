package org.keras4j.tck.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.data.Column;
import org.keras4j.data.CsvTable;
import org.keras4j.data.JsonLinesTable;
import org.keras4j.data.StreamTable;
import org.keras4j.data.Table;
import org.keras4j.data.TableSource;
import org.keras4j.data.TfRecordTable;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.data.Batch;

/** Every kind of table trains as arrays do, in the same order, to the last bit. */
class TableSourceTest {
  private static final int BATCH = 16;

  private static Model model() {
    var numbers = new Input(2).name("numbers").output();
    var kind = new Input(1).dtype("int32").name("kind").output();
    var colours = new Flatten().invoke(new Embedding(3, 2).invoke(kind));
    var all = new Concatenate().invoke(List.of(numbers, colours));
    Model m = Model.of(
        List.of(numbers, kind),
        new Dense(1).invoke(new Dense(4).activation("tanh").invoke(all)));
    m.compile("sgd", "mse");
    return m;
  }

  private static TableSource source(Table table) {
    return TableSource.of(table)
        .x("a", "b")
        .x(Column.of("kind").labels(Tables.KINDS))
        .y("y")
        .batchSize(BATCH);
  }

  private static List<Object> arrays() {
    List<Tables.Row> rows = Tables.rows();
    float[][] numbers = new float[rows.size()][];
    int[][] kinds = new int[rows.size()][];
    for (int i = 0; i < kinds.length; i++) {
      numbers[i] = new float[] {rows.get(i).a(), rows.get(i).b()};
      kinds[i] = new int[] {Tables.KINDS.indexOf(rows.get(i).kind())};
    }
    return List.of(NDArray.from(numbers), NDArray.from(kinds));
  }

  private static NDArray targets() {
    List<Tables.Row> rows = Tables.rows();
    float[][] y = new float[rows.size()][];
    for (int i = 0; i < y.length; i++) {
      y[i] = new float[] {rows.get(i).y()};
    }
    return NDArray.from(y);
  }

  @Test
  void trainsAsArraysDo(@TempDir Path dir) throws IOException {
    Model m = model();
    List<NDArray> start = m.getWeights();
    Fit fit = Fit.epochs(2).verbose(0);
    var history =
        m.fit(arrays(), targets(), Fit.epochs(2).batchSize(BATCH).shuffle(false).verbose(0));
    List<NDArray> trained = m.getWeights();
    Run quiet = Run.defaults().verbose(0).batchSize(BATCH);
    Map<String, Double> scores = m.evaluate(arrays(), targets(), quiet);
    float[] predictions = m.predict(arrays(), quiet).toFloatArray();
    for (Tables kind : Tables.values()) {
      Path own = Files.createDirectories(dir.resolve(kind.name()));
      TableSource source = source(kind.write(own));
      m.setWeights(start);
      var mine = m.fit(source, fit);
      assertEquals(history.history(), mine.history(), kind.name());
      assertEquals(trained, m.getWeights(), kind.name());
      assertEquals(scores, m.evaluate(source, Run.defaults().verbose(0)), kind.name());
      assertArrayEquals(
          predictions, m.predict(source, Run.defaults().verbose(0)).toFloatArray(), kind.name());
      long batches = source.batches();
      assertTrue(batches == -1 || batches == 5, kind + " " + batches);
    }
  }

  @Test
  void adapts(@TempDir Path dir) throws IOException {
    NDArray numbers = (NDArray) arrays().get(0);
    Normalization expected = new Normalization();
    expected.adapt(numbers);
    Normalization got = new Normalization();
    got.adapt(TableSource.of(CsvTable.of(Tables.csv(dir))).x("a", "b").inputs());
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(
          expected.getWeights().get(i).toFloatArray(),
          got.getWeights().get(i).toFloatArray(),
          1e-5f);
    }
  }

  private static List<Float> order(Iterator<Batch> batches) {
    List<Float> out = new ArrayList<>();
    batches.forEachRemaining(b -> {
      for (float v : ((NDArray) b.x()).toFloatArray()) {
        out.add(v);
      }
    });
    return out;
  }

  private static TableSource numbered(int rows) {
    List<Integer> all = java.util.stream.IntStream.range(0, rows).boxed().toList();
    return TableSource.of(StreamTable.of(all::stream).column("n", i -> i))
        .x("n")
        .batchSize(7);
  }

  @Test
  void shufflesByASeed() {
    List<Float> inOrder = order(numbered(50).iterator());
    for (int buffer : new int[] {1, 9, 50, 500}) {
      TableSource a = numbered(50).shuffle(buffer, 3);
      List<Float> first = order(a.iterator());
      List<Float> second = order(a.iterator());
      assertNotEquals(first, second);
      assertNotEquals(inOrder, first);
      TableSource b = numbered(50).shuffle(buffer, 3);
      assertEquals(first, order(b.iterator()));
      b.restore(Map.copyOf(a.state()));
      assertEquals(order(a.iterator()), order(b.iterator()));
      first.sort(null);
      second.sort(null);
      assertEquals(inOrder, first, "every row once");
      assertEquals(inOrder, second, "every row once");
    }
    assertEquals(49, order(numbered(50).dropRemainder(true).iterator()).size());
    assertEquals(
        49, order(numbered(50).dropRemainder(true).shuffle(20, 1).iterator()).size());
    assertEquals(0, order(numbered(0).iterator()).size());
    assertEquals(0, order(numbered(0).shuffle(4, 1).iterator()).size());
  }

  @Test
  void takesListsTextsAndGaps(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("rows.jsonl");
    Files.writeString(file, """
        {"image": [[1, 2], [3, 4]], "word": "a", "yes": true, "w": 2}
        {"image": [[5, 6], [7, 8]], "word": "ä", "yes": false}
        """);
    Batch b = TableSource.of(JsonLinesTable.of(file))
        .input("image", Column.of("image").dtype("uint8").shape(2, 2, 1))
        .input("word", Column.strings("word"))
        .y(Column.of("yes").dtype("bool").shape())
        .iterator()
        .next();
    Map<?, ?> x = (Map<?, ?>) b.x();
    NDArray image = (NDArray) x.get("image");
    assertEquals(Shape.of(2, 2, 2, 1), image.shape());
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, image.toIntArray());
    assertArrayEquals(new String[] {"a", "ä"}, ((NDArray) x.get("word")).toStringArray());
    assertTrue(Arrays.equals(new boolean[] {true, false}, ((NDArray) b.y()).toBooleanArray()));
    Table table = JsonLinesTable.of(file);
    String message = message(
        () -> TableSource.of(table).x("image").sampleWeight("w").iterator().next());
    assertTrue(message.contains("rows.jsonl, row 1: column 'w': the cell is empty"), message);
    NDArray w = (NDArray)
        TableSource.of(table).x(Column.of("w").missing(0.5)).iterator().next().x();
    assertArrayEquals(new float[] {2, 0.5f}, w.toFloatArray());
  }

  @Test
  void saysWhatIsWrong(@TempDir Path dir) throws IOException {
    Path csv = dir.resolve("bad.csv");
    Files.writeString(csv, "a,b,kind\n1,2,red\n3,x,red\n4\n");
    Table table = CsvTable.of(csv);
    String m = message(() -> TableSource.of(table).x("a", "c").iterator());
    assertTrue(m.contains("has no column 'c', only [a, b, kind]"), m);
    m = message(() -> TableSource.of(table).x("b").batchSize(2).iterator().next());
    assertTrue(m.contains("bad.csv, row 1: column 'b': expected a number, got 'x'"), m);
    m = message(() -> order(TableSource.of(table).x("a").y("b").batchSize(1).iterator()));
    assertTrue(m.contains("column 'b'") || m.contains("line 4"), m);
    m = message(() ->
        TableSource.of(table).x(Column.of("kind").labels("green")).iterator().next());
    assertTrue(m.contains("column 'kind': expected one of [green], got 'red'"), m);
    m = message(() -> TableSource.of(table).iterator());
    assertTrue(m.contains("which columns are inputs"), m);
    Path broken = dir.resolve("broken.tfrecord");
    Files.write(broken, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9, 1});
    m = message(() -> TableSource.of(TfRecordTable.of(broken)).x("a").iterator());
    assertTrue(m.contains("checksum"), m);
    Path json = dir.resolve("broken.jsonl");
    Files.writeString(json, "{\"a\": 1}\n{\"a\": }\n");
    m = message(() -> order(TableSource.of(JsonLinesTable.of(json)).x("a").iterator()));
    assertTrue(m.contains("broken.jsonl, line 2"), m);
  }

  private static String message(org.junit.jupiter.api.function.Executable e) {
    return String.valueOf(assertThrows(RuntimeException.class, e).getMessage());
  }
}
