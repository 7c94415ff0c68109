package org.keras4j.tck.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.data.Column;
import org.keras4j.data.TableSource;
import org.keras4j.data.TfRecordTable;
import org.keras4j.training.data.Batch;

/** Features of several values, packed or one by one, and records that are longer than what is read at a time. */
@Tag("pytorch")
class TfRecordListsTest {
  private static final int ROWS = 3000;
  private static final int LONG = 100_000;

  @TempDir
  Path folder;

  private static byte[] floats(boolean packed, float... values) {
    ByteBuffer all = ByteBuffer.allocate(5 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      if (!packed) {
        all.put((byte) (1 << 3 | 5));
      }
      all.putFloat(v);
    }
    byte[] bytes = Arrays.copyOf(all.array(), all.position());
    return Tables.field(2, packed ? Tables.field(1, bytes) : bytes);
  }

  private static byte[] integers(boolean packed, long... values) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (long v : values) {
      if (!packed) {
        all.write(1 << 3);
      }
      long left = v;
      for (; left < 0 || left > 127; left >>>= 7) {
        all.write((int) (left & 127 | 128));
      }
      all.write((int) left);
    }
    byte[] bytes = all.toByteArray();
    return Tables.field(3, packed ? Tables.field(1, bytes) : bytes);
  }

  private Path file() throws IOException {
    Path file = folder.resolve("lists.tfrecord");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < ROWS; i++) {
        ByteArrayOutputStream features = new ByteArrayOutputStream();
        Tables.feature(features, "numbers", floats(i % 2 == 0, i, -0.5f, 3));
        Tables.feature(features, i % 3 == 0 ? "other" : "another", integers(true, 1, 2));
        Tables.feature(features, "ids", integers(i % 2 == 1, -i, Long.MAX_VALUE, 300));
        Tables.feature(features, "none", floats(true));
        Tables.feature(features, "n", integers(i % 2 == 0, i));
        if (i == 1500) {
          Tables.feature(features, "text", Tables.field(1, Tables.field(1, new byte[LONG])));
        }
        Tables.record(out, Tables.field(1, features.toByteArray()));
      }
    }
    return file;
  }

  @Test
  void listsOfAllKinds() throws IOException {
    Iterator<Batch> all = TableSource.of(TfRecordTable.of(file()))
        .x("numbers")
        .y(Column.of("ids").dtype("int64"))
        .y(Column.of("n", "none").missing(9))
        .batchSize(1)
        .iterator();
    for (int i = 0; i < ROWS; i++) {
      Batch b = all.next();
      assertArrayEquals(new float[] {i, -0.5f, 3}, ((NDArray) b.x()).toFloatArray());
      Iterator<?> y = ((Iterable<?>) b.y()).iterator();
      assertArrayEquals(new long[] {-i, Long.MAX_VALUE, 300}, ((NDArray) y.next()).toLongArray());
      assertArrayEquals(new float[] {i, 9}, ((NDArray) y.next()).toFloatArray());
    }
    assertEquals(false, all.hasNext());
  }

  /** A file that was cut, or of which a byte changed, is refused wherever that was. */
  @Test
  void damagedOnes() throws IOException {
    byte[] whole = Files.readAllBytes(file());
    Path file = folder.resolve("damaged.tfrecord");
    for (int i = 1; i < 40; i++) {
      byte[] damaged = whole.clone();
      int at = (int) ((long) whole.length * i / 40);
      if (i % 2 == 0) {
        damaged = Arrays.copyOf(whole, at);
      } else {
        damaged[at] ^= 16;
      }
      Files.write(file, damaged);
      String said = assertThrows(
              RuntimeException.class,
              () -> TableSource.of(TfRecordTable.of(file))
                  .x("numbers")
                  .iterator()
                  .forEachRemaining(b -> {}),
              "byte " + at)
          .getMessage();
      assertTrue(said.contains("damaged.tfrecord"), said);
    }
  }
}
