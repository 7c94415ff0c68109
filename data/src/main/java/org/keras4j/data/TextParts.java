package org.keras4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A file of text in parts of whole rows. */
final class TextParts implements AutoCloseable {
  private static final int SIZE = 1 << 17;
  private static final int LARGEST = 1 << 28;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  /** Whether a byte is among the first ones, eight of them looked at at a time. */
  static boolean has(byte[] bytes, int count, byte what) {
    long pattern = (what & 0xffL) * ONES;
    int i = 0;
    for (; i + 8 <= count; i += 8) {
      long differences = (long) LONGS.get(bytes, i) ^ pattern;
      if (((differences - ONES) & ~differences & HIGH) != 0) {
        return true; // a byte of zero
      }
    }
    for (; i < count; i++) {
      if (bytes[i] == what) {
        return true;
      }
    }
    return false;
  }

  /** Where to cut. */
  interface Cut {
    /** The end of the last whole row among some bytes, which begin with a row; 0 if there is none. */
    int after(byte[] bytes, int count);
  }

  /**
   * Whole rows.
   *
   * @param bytes of these rows
   * @param offset where they begin in the unpacked file
   */
  record Part(Path file, byte[] bytes, long offset) {
    /** The number of the line that a place in these bytes lies in, from 1 on. Reads the file again. */
    long line(int place) {
      long lines = 1;
      try (InputStream in = CsvTable.stream(file)) {
        byte[] some = new byte[1 << 16];
        long left = offset;
        while (left > 0) {
          int n = in.readNBytes(some, 0, (int) Math.min(some.length, left));
          if (n == 0) {
            break;
          }
          lines += lines(some, n);
          left -= n;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return lines + lines(bytes, place);
    }

    private static int lines(byte[] some, int n) {
      int lines = 0;
      for (int i = 0; i < n; i++) {
        lines += some[i] == '\n' ? 1 : 0;
      }
      return lines;
    }

    /** The same without its first bytes. */
    Part from(int place) {
      return new Part(file, Arrays.copyOfRange(bytes, place, bytes.length), offset + place);
    }
  }

  private final Path file;
  private final InputStream in;
  private final Cut cut;
  private byte[] buffer = new byte[SIZE];
  private int held;
  private long offset;
  private boolean ended;

  TextParts(Path file, Cut cut) {
    this.file = file;
    this.cut = cut;
    try {
      in = CsvTable.stream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next part; null at the end of the file. */
  @Nullable
  Part next() {
    while (true) {
      if (!ended) {
        read();
      }
      if (held == 0) {
        return null;
      }
      int end = ended ? held : cut.after(buffer, held);
      if (end > 0) {
        Part out = new Part(file, Arrays.copyOf(buffer, end), offset);
        System.arraycopy(buffer, end, buffer, 0, held - end);
        held -= end;
        offset += end;
        return out;
      }
      if (buffer.length >= LARGEST) {
        throw new IllegalArgumentException(file + ": has no end of a row within " + LARGEST
            + " bytes from byte " + offset + " on");
      }
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
  }

  private void read() {
    try {
      int n = in.readNBytes(buffer, held, buffer.length - held);
      ended = held + n < buffer.length;
      held += n;
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
