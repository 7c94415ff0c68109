package org.keras4j.tck.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.data.Column;
import org.keras4j.data.CsvTable;
import org.keras4j.data.JsonLinesTable;
import org.keras4j.data.Rows;
import org.keras4j.data.Table;
import org.keras4j.data.TableSource;
import org.keras4j.training.data.Batch;

/** Files that are read in many parts by several threads give the rows that lie in them, in their order. */
class PartsOfTablesTest {
  private static final int ROWS = 20_000;
  private static final String[] ENDS = {"\n", "\r\n"};

  @TempDir
  Path folder;

  /** Numbers as they are written by all kinds of programs. */
  private static List<String> numbers(int seed) {
    Random r = new Random(seed);
    List<String> out = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double d = r.nextGaussian() * Math.pow(10, r.nextInt(12) - 6);
      out.add(
          switch (i % 7) {
            case 0 -> Double.toString(d);
            case 1 -> Float.toString((float) d);
            case 2 -> Integer.toString(r.nextInt());
            case 3 -> String.format(java.util.Locale.ROOT, "%.3f", d);
            case 4 -> String.format(java.util.Locale.ROOT, "%+.12e", d);
            case 5 -> "1e" + (r.nextInt(600) - 300);
            default ->
              List.of("0", "-0.0", ".5", "7.", "NaN", "-Infinity", "00012.50").get(i / 7 % 7);
          });
    }
    return out;
  }

  private static List<Batch> batches(TableSource source) {
    List<Batch> out = new ArrayList<>();
    source.iterator().forEachRemaining(out::add);
    return out;
  }

  private static TableSource source(Table table) {
    return TableSource.of(table)
        .x(Column.of("a").dtype("float64"))
        .y(Column.of("n").dtype("int64"))
        .batchSize(37);
  }

  private static void same(List<String> a, Table table) {
    int row = 0;
    for (Batch b : batches(source(table))) {
      NDArray x = (NDArray) b.x();
      NDArray y = (NDArray) b.y();
      for (int i = 0; i < x.size(); i++, row++) {
        assertEquals(Double.parseDouble(a.get(row)), x.getDouble(i), 0, "row " + row);
        assertEquals(row, y.getLong(i));
      }
    }
    assertEquals(a.size(), row);
  }

  @Test
  void plainOnes() throws IOException {
    List<String> a = numbers(1);
    for (String end : ENDS) {
      StringBuilder b = new StringBuilder("text,a,n" + end);
      for (int i = 0; i < ROWS; i++) {
        b.append("some text ")
            .append(i)
            .append(',')
            .append(a.get(i))
            .append(',')
            .append(i);
        b.append(end).append(i % 1000 == 0 ? end : "");
      }
      Path file = folder.resolve(end.length() + ".csv");
      Files.writeString(file, b);
      same(a, CsvTable.of(file));
    }
  }

  /** Line ends and separators within quotes, on the edges of parts too. */
  @Test
  void quotedOnes() throws IOException {
    Random r = new Random(5);
    List<String> a = numbers(2);
    List<String> texts = new ArrayList<>();
    StringBuilder b = new StringBuilder("\"a\",\"the \"\"text\"\"\",n\n");
    for (int i = 0; i < ROWS; i++) {
      String text = "\u00fc\n".repeat(r.nextInt(9)) + "x, \"y\"".repeat(r.nextInt(4)) + i;
      texts.add(text);
      boolean plain = i % 5000 > 2500 && !text.contains("\n") && !text.contains(",");
      b.append(a.get(i)).append(',');
      b.append(plain ? text : '"' + text.replace("\"", "\"\"") + '"');
      b.append(',').append(i).append('\n');
    }
    Path file = folder.resolve("quoted.csv");
    Files.writeString(file, b);
    CsvTable table = CsvTable.of(file);
    same(a, table);
    int row = 0;
    for (Batch batch : batches(TableSource.of(table).x(Column.strings("the \"text\"")))) {
      for (String s : ((NDArray) batch.x()).toStringArray()) {
        assertEquals(texts.get(row++), s);
      }
    }
    assertEquals(ROWS, row);
    try (Rows rows = table.open(List.of("n"))) {
      for (long i = 0; rows.next(); i++) {
        assertEquals(i, rows.integer(0));
      }
    }
    Path other = folder.resolve("utf16.csv");
    Files.writeString(other, b, StandardCharsets.UTF_16LE);
    same(a, CsvTable.of(other).charset(StandardCharsets.UTF_16LE));
  }

  /** Objects on lines of their own, and over several lines. */
  @Test
  void objects() throws IOException {
    for (int lines = 0; lines < 2; lines++) {
      String gap = lines == 0 ? " " : "\n";
      StringBuilder b = new StringBuilder();
      List<String> a = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        a.add(Double.toString(Math.sin(i) * 1e3));
        b.append("{\"n\": ").append(i).append(",").append(gap);
        b.append("\"other\": [{\"p\": 1},")
            .append(gap)
            .append("{\"q\": \"}{\"}],")
            .append(gap);
        b.append("\"a\": ").append(a.get(i)).append(gap).append("}\n");
      }
      Path file = folder.resolve(lines + ".jsonl");
      Files.writeString(file, b);
      same(a, JsonLinesTable.of(file));
    }
  }

  /** Objects of numbers and texts, some of which have escapes, lists or another order of their members. */
  @Test
  void plainObjects() throws IOException {
    StringBuilder b = new StringBuilder();
    List<String> a = new ArrayList<>();
    for (String n : numbers(4)) {
      a.add(n.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?") ? n : "-1.25e-3");
    }
    for (int i = 0; i < ROWS; i++) {
      String number = "\"a\":" + " ".repeat(i % 3) + a.get(i);
      String place = "\"n\" : " + i;
      b.append(i % 777 == 0 ? "{" + place + ", " + number : "{" + number + " ," + place);
      b.append(", \"text\": \"\u00fc")
          .append(i % 9000 == 8999 ? "\\n\\\"" : "}{")
          .append("\", \"yes\": ")
          .append(i % 2 == 0)
          .append(i % 6000 == 1 ? ", \"list\": [1, {}]" : "")
          .append(", \"no\": null}\n");
    }
    Path file = folder.resolve("plain.jsonl");
    Files.writeString(file, b);
    same(a, JsonLinesTable.of(file));
    int row = 0;
    for (Batch batch : batches(TableSource.of(JsonLinesTable.of(file))
        .x(Column.strings("text"))
        .y(Column.of("yes", "no").missing(7)))) {
      NDArray y = (NDArray) batch.y();
      for (String text : ((NDArray) batch.x()).toStringArray()) {
        assertEquals("\u00fc" + (row % 9000 == 8999 ? "\n\"" : "}{"), text);
        int i = 2 * (row % 32);
        assertEquals(row % 2 == 0 ? 1 : 0, y.getFloat(i));
        assertEquals(7, y.getFloat(i + 1));
        row++;
      }
    }
    assertEquals(ROWS, row);
  }

  /** What is no JSON is refused, in its line, though it might be read as something. */
  @Test
  void noObjects() throws IOException {
    Path file = folder.resolve("none.jsonl");
    for (String value :
        List.of("01", "1.", "+1", ".5", "NaN", "tru", "1 2", "1e", "\"a", "1,", "-")) {
      Files.writeString(file, "{\"a\": 1}\n{\"a\": " + value + "}\n{\"a\": 1}\n");
      String said = assertThrows(
              IllegalArgumentException.class,
              () -> batches(TableSource.of(JsonLinesTable.of(file)).x("a")),
              value)
          .getMessage();
      assertTrue(said.contains("none.jsonl, line "), value + ": " + said);
    }
  }

  @Test
  void shuffledBySeed() throws IOException {
    Path file = folder.resolve("shuffled.csv");
    StringBuilder b = new StringBuilder("a,n\n");
    for (int i = 0; i < ROWS; i++) {
      b.append(i).append(',').append(i).append('\n');
    }
    Files.writeString(file, b);
    List<Long> first = order(source(CsvTable.of(file)).shuffle(5000, 3));
    assertEquals(first, order(source(CsvTable.of(file)).shuffle(5000, 3)));
    assertEquals(ROWS, first.stream().distinct().count());
    assertTrue(first.get(0) != 0 || first.get(1) != 1, "in no order");
  }

  private static List<Long> order(TableSource source) {
    List<Long> out = new ArrayList<>();
    for (Batch b : batches(source)) {
      NDArray y = (NDArray) b.y();
      for (int i = 0; i < y.size(); i++) {
        out.add(y.getLong(i));
      }
    }
    return out;
  }

  /** What is wrong far behind is told by its row and line. */
  @Test
  void saysWhere() throws IOException {
    int bad = 15_000;
    StringBuilder b = new StringBuilder("a,n\n");
    StringBuilder s = new StringBuilder("a,n\n");
    StringBuilder j = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      b.append(i == bad ? "much" : "1.5").append(',').append(i).append('\n');
      s.append("2.5").append(i == bad ? "" : "," + i).append('\n');
      j.append("{\"a\": ").append(i == bad ? "!" : "1").append(", \"n\": 1}\n");
    }
    Path file = folder.resolve("wrong.csv");
    Files.writeString(file, b);
    String said = failure(CsvTable.of(file));
    assertTrue(said.contains("row " + bad) && said.contains("'a'") && said.contains("much"), said);
    Files.writeString(file, s);
    said = failure(CsvTable.of(file));
    assertTrue(said.contains("line " + (bad + 2)) && said.contains("1 cells"), said);
    Path lines = folder.resolve("wrong.jsonl");
    Files.writeString(lines, j);
    said = failure(JsonLinesTable.of(lines));
    assertTrue(said.contains("line " + (bad + 1)), said);
  }

  private static String failure(Table table) {
    return assertThrows(IllegalArgumentException.class, () -> batches(source(table)))
        .getMessage();
  }
}
