package org.keras4j.benchmarks;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.dflib.DataFrame;
import org.dflib.Series;
import org.keras4j.core.NDArray;
import org.keras4j.data.ArrowTable;
import org.keras4j.data.CsvTable;
import org.keras4j.data.DataFrameTable;
import org.keras4j.data.JdbcTable;
import org.keras4j.data.JsonLinesTable;
import org.keras4j.data.ParquetTable;
import org.keras4j.data.StreamTable;
import org.keras4j.data.Table;
import org.keras4j.data.TfRecordTable;

/** The same rows as a table of every kind: columns {@code c0}, {@code c1} and so on, and {@code y}. */
final class SyntheticTables implements AutoCloseable {
  private static final int MASK = 0xa282ead8;

  private final Map<String, Table> all = new LinkedHashMap<>();
  // kept, as a pool of connections would: the first one opens the database
  private final Connection database;

  SyntheticTables(Path folder, NDArray x, NDArray y) throws IOException {
    List<String> names = new ArrayList<>(List.of(TablesBench.names(x)));
    names.add("y");
    int rows = (int) x.shape().dim(0);
    float[][] cells = new float[rows][names.size()];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < names.size() - 1; k++) {
        cells[i][k] = x.getFloat(i * (names.size() - 1) + k);
      }
      cells[i][names.size() - 1] = y.getFloat(i);
    }
    Path csv = folder.resolve("rows.csv");
    text(csv, String.join(",", names), cells, SyntheticTables::line);
    all.put("csv", CsvTable.of(csv));
    Path json = folder.resolve("rows.jsonl");
    text(json, "", cells, row -> object(names, row));
    all.put("json_lines", JsonLinesTable.of(json));
    Path parquet = folder.resolve("rows.parquet");
    String from = "FROM read_csv('" + csv + "', types={"
        + names.stream().map(n -> "'" + n + "': 'FLOAT'").collect(Collectors.joining(", ")) + "})";
    try {
      Properties streamed = new Properties();
      streamed.setProperty("jdbc_stream_results", "true");
      String url = "jdbc:duckdb:" + folder.resolve("rows.duckdb");
      database = DriverManager.getConnection(url, streamed);
      try (Statement s = database.createStatement()) {
        s.execute("COPY (SELECT * " + from + ") TO '" + parquet + "' (FORMAT parquet)");
        s.execute("CREATE TABLE t AS SELECT * " + from);
      }
      all.put("parquet", ParquetTable.of(parquet));
      all.put(
          "jdbc",
          JdbcTable.of(() -> DriverManager.getConnection(url, streamed), "SELECT * FROM t"));
    } catch (SQLException e) {
      throw new IOException(e);
    }
    Path records = folder.resolve("rows.tfrecord");
    try (OutputStream o = new BufferedOutputStream(Files.newOutputStream(records))) {
      for (float[] row : cells) {
        record(o, names, row);
      }
    }
    all.put("tfrecord", TfRecordTable.of(records));
    all.put("data_frame", DataFrameTable.of(frame(names, cells)));
    all.put("arrow", ArrowTable.of(arrow(names, cells)));
    StreamTable<float[]> stream = StreamTable.of(() -> java.util.Arrays.stream(cells));
    for (int k = 0; k < names.size(); k++) {
      int column = k;
      stream.column(names.get(k), row -> row[column]);
    }
    all.put("stream", stream);
  }

  Map<String, Table> all() {
    return all;
  }

  @Override
  public void close() throws IOException {
    try {
      database.close();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private interface Text {
    String of(float[] row);
  }

  private static void text(Path file, String head, float[][] cells, Text text) throws IOException {
    try (PrintStream to = new PrintStream(
        new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8)) {
      if (!head.isEmpty()) {
        to.println(head);
      }
      for (float[] row : cells) {
        to.println(text.of(row));
      }
    }
  }

  private static String line(float... row) {
    StringBuilder b = new StringBuilder();
    for (int k = 0; k < row.length; k++) {
      b.append(k == 0 ? "" : ",").append(row[k]);
    }
    return b.toString();
  }

  private static String object(List<String> names, float... row) {
    StringBuilder b = new StringBuilder("{");
    for (int k = 0; k < row.length; k++) {
      b.append(k == 0 ? "" : ", ")
          .append('"')
          .append(names.get(k))
          .append("\": ")
          .append(row[k]);
    }
    return b.append('}').toString();
  }

  private static DataFrame frame(List<String> names, float[][] cells) {
    Series<?>[] columns = new Series<?>[names.size()];
    for (int k = 0; k < columns.length; k++) {
      int column = k;
      columns[k] = Series.ofDouble(
          IntStream.range(0, cells.length).mapToDouble(i -> cells[i][column]).toArray());
    }
    return DataFrame.byColumn(names.toArray(new String[0])).of(columns);
  }

  private static VectorSchemaRoot arrow(List<String> names, float[][] cells) {
    BufferAllocator memory = new RootAllocator();
    List<FieldVector> columns = new ArrayList<>();
    for (int k = 0; k < names.size(); k++) {
      Float4Vector v = new Float4Vector(names.get(k), memory);
      v.allocateNew(cells.length);
      for (int i = 0; i < cells.length; i++) {
        v.set(i, cells[i][k]);
      }
      v.setValueCount(cells.length);
      columns.add(v);
    }
    return new VectorSchemaRoot(columns);
  }

  /** A record of {@code tf.train.Example}, between its length and the checksums. */
  private static void record(OutputStream to, List<String> names, float... row) throws IOException {
    ByteArrayOutputStream features = new ByteArrayOutputStream();
    for (int k = 0; k < row.length; k++) {
      ByteBuffer number = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(row[k]);
      byte[] list = field(2, field(1, number.array()));
      ByteArrayOutputStream entry = new ByteArrayOutputStream();
      entry.writeBytes(field(1, names.get(k).getBytes(StandardCharsets.UTF_8)));
      entry.writeBytes(field(2, list));
      features.writeBytes(field(1, entry.toByteArray()));
    }
    byte[] example = field(1, features.toByteArray());
    byte[] length = ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(example.length)
        .array();
    to.write(length);
    to.write(checksum(length));
    to.write(example);
    to.write(checksum(example));
  }

  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    int n = value.length;
    for (; n > 127; n >>>= 7) {
      out.write(n & 127 | 128);
    }
    out.write(n);
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, data.length);
    int v = Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(v).array();
  }
}
