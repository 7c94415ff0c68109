package org.keras4j.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Failures;

/**
 * TFRecord files of {@code tf.train.Example}: features are columns, one that an example does not have is an empty cell. Bytes are
 * texts of UTF-8; features of several values are lists. Checksums are held. A file whose name ends in {@code .gz} is unpacked.
 */
public final class TfRecordTable implements Table {
  private static final int MASK = 0xa282ead8;
  private static final int LONGEST = 1 << 30;

  private final List<Path> files;

  private TfRecordTable(List<Path> files) {
    this.files = files;
  }

  /** Files, one after the other. */
  public static TfRecordTable of(Path... files) {
    return new TfRecordTable(List.of(files));
  }

  @Override
  public Rows open(List<String> columns) {
    return new Pass(columns);
  }

  @Override
  public String toString() {
    return files.size() == 1 ? files.get(0).toString() : files.toString();
  }

  private final class Pass implements Rows {
    private final Map<String, Integer> places = new HashMap<>();
    private final @Nullable Object[] cells;
    private int file = -1;
    private @Nullable DataInputStream in;

    Pass(List<String> columns) {
      columns.forEach(c -> places.put(c, places.size()));
      cells = new Object[columns.size()];
    }

    @Override
    public boolean next() {
      try {
        byte[] record = record();
        while (record == null) {
          close();
          if (++file >= files.size()) {
            return false;
          }
          in = new DataInputStream(
              new BufferedInputStream(CsvTable.stream(files.get(file)), 1 << 16));
          record = record();
        }
        Arrays.fill(cells, null);
        ExampleParser.parse(record, places, cells);
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(Failures.inPlaceOf(
            e,
            new IOException(files.get(Math.max(0, file)) + ": " + e.getMessage(), e.getCause())));
      }
    }

    private byte @Nullable [] record() throws IOException {
      DataInputStream from = in;
      if (from == null) {
        return null;
      }
      byte[] head = new byte[12];
      int n = from.readNBytes(head, 0, head.length);
      if (n == 0) {
        return null;
      }
      if (n < head.length) {
        throw new EOFException("the file ends within a record");
      }
      ByteBuffer b = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
      long length = b.getLong();
      check(b.getInt(), head, 8);
      if (length < 0 || length > LONGEST) {
        throw new IOException("a record claims " + length + " bytes");
      }
      byte[] data = from.readNBytes((int) length);
      byte[] end = from.readNBytes(4);
      if (data.length < length || end.length < 4) {
        throw new EOFException("the file ends within a record");
      }
      check(ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt(), data, data.length);
      return data;
    }

    private static void check(int masked, byte[] data, int length) throws IOException {
      CRC32C crc = new CRC32C();
      crc.update(data, 0, length);
      int v = (int) crc.getValue();
      if (masked != Integer.rotateRight(v, 15) + MASK) {
        throw new IOException("a record has another checksum than its bytes");
      }
    }

    @Override
    public @Nullable Object value(int column) {
      return cells[column];
    }

    @Override
    public void close() {
      try {
        if (in != null) {
          in.close();
          in = null;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
