package org.keras4j.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private static final int HEAD = 12;
  private static final long MOST = 0xffffffffL;

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
    private final CRC32C crc = new CRC32C();
    private int file = -1;
    private @Nullable InputStream in;
    private byte[] buffer = new byte[PART];
    private int held;
    private boolean ended = true;

    Records(List<String> columns) {
      columns.forEach(c -> places.put(c, places.size()));
    }

    @Override
    public @Nullable Rows next() {
      try {
        while (true) {
          if (!ended) {
            read();
          }
          if (held == 0) {
            close();
            if (file + 1 >= files.size()) {
              return null;
            }
            in = CsvTable.stream(files.get(++file));
            ended = false;
            continue;
          }
          int end = end();
          if (end > 0) {
            byte[] part = Arrays.copyOf(buffer, end);
            System.arraycopy(buffer, end, buffer, 0, held - end);
            held -= end;
            return new Pass(files.get(file), part, places);
          }
          if (ended) {
            throw new EOFException("the file ends within a record");
          }
          buffer = Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 8, 2L * buffer.length));
        }
      } catch (IOException e) {
        throw failed(files.get(Math.max(0, file)), e);
      }
    }

    private void read() throws IOException {
      int n = Objects.requireNonNull(in).readNBytes(buffer, held, buffer.length - held);
      ended = held + n < buffer.length;
      held += n;
    }

    // of the whole records that are held; what a length claims is believed by its checksum alone
    private int end() throws IOException {
      int at = 0;
      while (held - at >= HEAD) {
        check(crc, littleEndian(buffer, at + Long.BYTES), buffer, at, Long.BYTES);
        long length =
            (long) littleEndian(buffer, at + Integer.BYTES) << 32 | littleEndian(buffer, at) & MOST;
        if (length < 0 || length > LONGEST) {
          throw new IOException("a record claims " + length + " bytes");
        }
        if (held - at < HEAD + length + CHECKSUM) {
          break;
        }
        at += HEAD + (int) length + CHECKSUM;
      }
      return at;
    }

    @Override
    public void close() {
      held = 0;
      ended = true;
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

  private static int littleEndian(byte[] data, int at) {
    return data[at] & 0xff
        | (data[at + 1] & 0xff) << 8
        | (data[at + 2] & 0xff) << 16
        | data[at + 3] << 24;
  }

  private static UncheckedIOException failed(Path file, IOException e) {
    return new UncheckedIOException(
        Failures.inPlaceOf(e, new IOException(file + ": " + e.getMessage(), e.getCause())));
  }

  private static void check(CRC32C crc, int masked, byte[] data, int from, int length)
      throws IOException {
    crc.reset();
    crc.update(data, from, length);
    int v = (int) crc.getValue();
    if (masked != Integer.rotateRight(v, 15) + MASK) {
      throw new IOException("a record has another checksum than its bytes");
    }
  }

  private static final class Pass implements Rows {
    private final Path file;
    private final byte[] records;
    private final CellRow cells;
    private final ExampleParser parser;
    private final CRC32C crc = new CRC32C();
    private int at;

    Pass(Path file, byte[] records, Map<String, Integer> places) {
      this.file = file;
      this.records = records;
      this.cells = new CellRow(places.size());
      this.parser = new ExampleParser(places);
    }

    @Override
    public boolean next() {
      if (at == records.length) {
        return false;
      }
      int length = littleEndian(records, at);
      int from = at + HEAD;
      at = from + length + CHECKSUM;
      try {
        check(crc, littleEndian(records, from + length), records, from, length);
        cells.clear();
        parser.parse(records, from, from + length, cells);
        return true;
      } catch (IOException e) {
        throw failed(file, e);
      }
    }

    @Override
    public @Nullable Object value(int column) {
      return cells.value(column);
    }

    @Override
    public boolean isNull(int column) {
      return cells.isNull(column);
    }

    @Override
    public double number(int column) {
      return cells.number(column);
    }

    @Override
    public long integer(int column) {
      return cells.integer(column);
    }

    @Override
    public void close() {}
  }
}
