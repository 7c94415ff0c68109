package org.keras4j.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Failures;

/**
 * TFRecord files of {@code tf.train.Example}: features are columns, one that an example does not have is an empty cell. Bytes are
 * texts of UTF-8; features of several values are lists. Checksums are held. A file whose name ends in {@code .gz} is unpacked.
 */
public final class TfRecordTable extends Divided {
  private static final int MASK = 0xa282ead8;
  private static final int LONGEST = 1 << 30;
  private static final int PART = 1 << 17;
  private static final int CHECKSUM = 4;

  private final List<Path> files;

  private TfRecordTable(List<Path> files) {
    this.files = files;
  }

  /** Files, one after the other. */
  public static TfRecordTable of(Path... files) {
    return new TfRecordTable(List.of(files));
  }

  @Override
  Parts divide(List<String> columns) {
    return new Records(columns);
  }

  @Override
  public String toString() {
    return files.size() == 1 ? files.get(0).toString() : files.toString();
  }

  /** Records in parts; their bytes are looked at by whoever reads a part. */
  private final class Records implements Parts {
    private final Map<String, Integer> places = new HashMap<>();
    private int file = -1;
    private @Nullable DataInputStream in;

    Records(List<String> columns) {
      columns.forEach(c -> places.put(c, places.size()));
    }

    @Override
    public @Nullable Rows next() {
      List<byte[]> records = new ArrayList<>();
      int bytes = 0;
      try {
        while (bytes < PART) {
          byte[] record = record();
          if (record != null) {
            records.add(record);
            bytes += record.length;
          } else if (!records.isEmpty()) {
            break; // parts are of one file
          } else {
            close();
            if (file + 1 >= files.size()) {
              return null;
            }
            in = new DataInputStream(
                new BufferedInputStream(CsvTable.stream(files.get(++file)), 1 << 16));
          }
        }
        return new Pass(files.get(file), records, places);
      } catch (IOException e) {
        throw failed(files.get(Math.max(0, file)), e);
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
      check(b.getInt(), head, 0, 8);
      if (length < 0 || length > LONGEST) {
        throw new IOException("a record claims " + length + " bytes");
      }
      byte[] data = from.readNBytes((int) length + CHECKSUM);
      if (data.length < length + CHECKSUM) {
        throw new EOFException("the file ends within a record");
      }
      return data;
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

  private static UncheckedIOException failed(Path file, IOException e) {
    return new UncheckedIOException(
        Failures.inPlaceOf(e, new IOException(file + ": " + e.getMessage(), e.getCause())));
  }

  private static void check(int masked, byte[] data, int from, int length) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(data, from, length);
    int v = (int) crc.getValue();
    if (masked != Integer.rotateRight(v, 15) + MASK) {
      throw new IOException("a record has another checksum than its bytes");
    }
  }

  private static final class Pass implements Rows {
    private final Path file;
    private final Iterator<byte[]> records;
    private final Map<String, Integer> places;
    private final @Nullable Object[] cells;

    Pass(Path file, List<byte[]> records, Map<String, Integer> places) {
      this.file = file;
      this.records = records.iterator();
      this.places = places;
      this.cells = new Object[places.size()];
    }

    @Override
    public boolean next() {
      if (!records.hasNext()) {
        return false;
      }
      byte[] record = records.next();
      int length = record.length - CHECKSUM;
      try {
        int sum = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getInt(length);
        check(sum, record, 0, length);
        Arrays.fill(cells, null);
        ExampleParser.parse(ByteBuffer.wrap(record, 0, length), places, cells);
        return true;
      } catch (IOException e) {
        throw failed(file, e);
      }
    }

    @Override
    public @Nullable Object value(int column) {
      return cells[column];
    }

    @Override
    public void close() {}
  }
}
