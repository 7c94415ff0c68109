package org.keras4j.tck.data;

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
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.dflib.DataFrame;
import org.keras4j.data.ArrowTable;
import org.keras4j.data.CsvTable;
import org.keras4j.data.DataFrameTable;
import org.keras4j.data.JdbcTable;
import org.keras4j.data.JsonLinesTable;
import org.keras4j.data.ParquetTable;
import org.keras4j.data.StreamTable;
import org.keras4j.data.Table;
import org.keras4j.data.TfRecordTable;

/** One table in every form that the module {@code data} reads: columns a, b, kind (a text) and y. */
enum Tables {
  CSV {
    @Override
    Table write(Path dir) throws IOException {
      return CsvTable.of(csv(dir));
    }
  },
  CSV_PACKED {
    @Override
    Table write(Path dir) throws IOException {
      Path packed = dir.resolve("packed.tsv.gz");
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed));
          PrintStream text = new PrintStream(out, false, StandardCharsets.UTF_8)) {
        rows().forEach(r -> text.println(r.a + "\t" + r.b + "\t" + r.kind + "\t" + r.y));
      }
      return CsvTable.of(packed).separator('\t').columns("a", "b", "kind", "y");
    }
  },
  JSON_LINES {
    @Override
    Table write(Path dir) throws IOException {
      Path file = dir.resolve("rows.jsonl");
      List<String> lines = new ArrayList<>();
      rows()
          .forEach(r -> lines.add(String.format(
              Locale.ROOT,
              "{\"y\": %s, \"more\": {\"x\": [1]}, \"kind\": \"%s\", \"b\": %s, \"a\": %s}",
              r.y,
              r.kind,
              r.b,
              r.a)));
      Files.write(file, lines);
      return JsonLinesTable.of(file);
    }
  },
  PARQUET {
    @Override
    Table write(Path dir) throws IOException {
      Path file = dir.resolve("it's.parquet");
      try (Connection c = DriverManager.getConnection("jdbc:duckdb:");
          Statement s = c.createStatement()) {
        s.execute("COPY (SELECT a::FLOAT AS a, b::FLOAT AS b, kind, y::FLOAT AS y FROM read_csv('"
            + csv(dir) + "')) TO '" + file.toString().replace("'", "''") + "' (FORMAT parquet)");
      } catch (SQLException e) {
        throw new IOException(e);
      }
      return ParquetTable.of(file);
    }
  },
  ARROW {
    @Override
    Table write(Path dir) {
      RootAllocator memory = new RootAllocator();
      Float4Vector a = new Float4Vector("a", memory);
      Float4Vector b = new Float4Vector("b", memory);
      VarCharVector kind = new VarCharVector("kind", memory);
      Float4Vector y = new Float4Vector("y", memory);
      List<Row> rows = rows();
      for (int i = 0; i < rows.size(); i++) {
        a.setSafe(i, rows.get(i).a);
        b.setSafe(i, rows.get(i).b);
        kind.setSafe(i, rows.get(i).kind.getBytes(StandardCharsets.UTF_8));
        y.setSafe(i, rows.get(i).y);
      }
      VectorSchemaRoot root = VectorSchemaRoot.of(a, b, kind, y);
      root.setRowCount(rows.size());
      return ArrowTable.of(root);
    }
  },
  JDBC {
    @Override
    Table write(Path dir) throws IOException {
      String url = "jdbc:h2:" + dir.resolve("base");
      try (Connection c = DriverManager.getConnection(url)) {
        c.createStatement()
            .execute("CREATE TABLE t (id INT, a REAL, b REAL, kind VARCHAR, y REAL)");
        PreparedStatement s = c.prepareStatement("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
        int id = 0;
        for (Row r : rows()) {
          s.setInt(1, id++);
          s.setFloat(2, r.a);
          s.setFloat(3, r.b);
          s.setString(4, r.kind);
          s.setFloat(5, r.y);
          s.addBatch();
        }
        s.executeBatch();
      } catch (SQLException e) {
        throw new IOException(e);
      }
      return JdbcTable.of(() -> DriverManager.getConnection(url), "SELECT * FROM t ORDER BY id");
    }
  },
  DATA_FRAME {
    @Override
    Table write(Path dir) {
      Object[] cells = rows().stream()
          .flatMap(r -> java.util.stream.Stream.of(r.a, r.b, r.kind, r.y))
          .toArray();
      return DataFrameTable.of(DataFrame.foldByRow("a", "b", "kind", "y").of(cells));
    }
  },
  STREAM {
    @Override
    Table write(Path dir) {
      return StreamTable.of(() -> rows().stream())
          .column("a", Row::a)
          .column("b", Row::b)
          .column("kind", Row::kind)
          .column("y", Row::y);
    }
  },
  TF_RECORD {
    @Override
    Table write(Path dir) throws IOException {
      Path first = dir.resolve("part-0.tfrecord");
      Path second = dir.resolve("part-1.tfrecord");
      List<Row> rows = rows();
      records(first, rows.subList(0, 20));
      records(second, rows.subList(20, rows.size()));
      return TfRecordTable.of(first, second);
    }
  };

  static final List<String> KINDS = List.of("red", "green", "blue");
  static final int ROWS = 70;

  record Row(float a, float b, String kind, float y) {}

  abstract Table write(Path dir) throws IOException;

  static List<Row> rows() {
    Random r = new Random(7);
    List<Row> out = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      float a = (float) r.nextGaussian();
      float b = (float) r.nextGaussian();
      int k = r.nextInt(3);
      out.add(new Row(a, b, KINDS.get(k), a - 2 * b + k));
    }
    return out;
  }

  static Path csv(Path dir) throws IOException {
    Path file = dir.resolve("rows.csv");
    List<String> lines = new ArrayList<>();
    lines.add("a,b,kind,y");
    rows().forEach(r -> lines.add(r.a + "," + r.b + ",\"" + r.kind + "\"," + r.y));
    Files.write(file, lines);
    return file;
  }

  private static void records(Path file, List<Row> rows) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      for (Row r : rows) {
        ByteArrayOutputStream features = new ByteArrayOutputStream();
        number(features, "a", r.a);
        number(features, "b", r.b);
        feature(features, "kind", field(1, field(1, r.kind.getBytes(StandardCharsets.UTF_8))));
        number(features, "y", r.y);
        record(out, field(1, features.toByteArray()));
      }
    }
  }

  /** Writes a record of TFRecord. */
  static void record(OutputStream out, byte[] example) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(example.length);
    out.write(length.array());
    out.write(checksum(length.array()));
    out.write(example);
    out.write(checksum(example));
  }

  private static void number(ByteArrayOutputStream to, String name, float v) {
    byte[] bytes =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(v).array();
    feature(to, name, field(2, field(1, bytes)));
  }

  /** Adds a feature to those of an example. */
  static void feature(ByteArrayOutputStream to, String name, byte[] feature) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(field(1, name.getBytes(StandardCharsets.UTF_8)));
    entry.writeBytes(field(2, feature));
    to.writeBytes(field(1, entry.toByteArray()));
  }

  /** A field that has a length. */
  static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    for (int n = value.length; ; n >>>= 7) {
      if (n < 128) {
        out.write(n);
        break;
      }
      out.write(n & 127 | 128);
    }
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array();
  }
}
