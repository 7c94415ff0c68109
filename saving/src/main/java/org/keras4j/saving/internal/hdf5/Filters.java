package org.keras4j.saving.internal.hdf5;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;

/** What was done to chunks before they were written, undone here; a chunk never becomes larger than it is. */
final class Filters {
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER = 3;
  private static final int NAMED_FROM = 256;
  private static final int MAX_FILTERS = 32;
  private static final int CHECKSUM = 4;

  static final Filters NONE = new Filters(List.of());

  private record Filter(int id, int value) {}

  private final List<Filter> filters;

  private Filters(List<Filter> filters) {
    this.filters = filters;
  }

  boolean isEmpty() {
    return filters.isEmpty();
  }

  static Filters read(@Nullable Cursor c) throws FileFormatException {
    if (c == null) {
      return NONE;
    }
    int version = c.u8();
    if (version != 1 && version != 2) {
      throw c.unsupported("version " + version);
    }
    int count = c.u8();
    if (count > MAX_FILTERS) {
      throw new FileFormatException("has more filters than there can be");
    }
    if (version == 1) {
      c.skip(6);
    }
    List<Filter> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = c.u16();
      int name = version == 1 || id >= NAMED_FROM ? c.u16() : 0;
      c.skip(2);
      int values = c.u16();
      c.skip(version == 1 ? (name + 7) / 8 * 8 : name);
      long first = 0;
      for (int k = 0; k < values; k++) {
        long v = c.u32();
        first = k == 0 ? v : first;
      }
      if (version == 1 && values % 2 == 1) {
        c.skip(4);
      }
      if (id != DEFLATE && id != SHUFFLE && id != FLETCHER) {
        throw new FileFormatException("is compressed by filter " + id + ", which is not supported");
      }
      out.add(new Filter(id, (int) Math.min(first, Integer.MAX_VALUE)));
    }
    return new Filters(out);
  }

  /** How many bytes a chunk may have in the file, given those that come out of it. */
  long most(long size) {
    return size + size / 8 + 1024;
  }

  /**
   * The bytes of a chunk.
   *
   * @param skipped bits of the filters that it did not pass
   * @param size how many bytes it has to have in the end
   */
  byte[] undo(byte[] stored, long skipped, int size) throws FileFormatException {
    byte[] b = stored;
    for (int i = filters.size() - 1; i >= 0; i--) {
      if ((skipped >> i & 1) != 0) {
        continue;
      }
      Filter f = filters.get(i);
      b = switch (f.id) {
        case DEFLATE -> inflate(b, size + CHECKSUM * filters.size());
        case SHUFFLE -> unshuffle(b, f.value);
        default -> unsummed(b);
      };
    }
    if (b.length != size) {
      throw new FileFormatException(
          "has a chunk of " + b.length + " bytes where " + size + " are expected");
    }
    return b;
  }

  private static byte[] inflate(byte[] b, int most) throws FileFormatException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(b);
      byte[] out = new byte[most];
      int n = 0;
      while (!inflater.finished()) {
        int got = inflater.inflate(out, n, most - n);
        n += got;
        if (n == most && !inflater.finished() && inflater.inflate(new byte[1]) > 0) {
          throw new FileFormatException("has a chunk that unpacks to more bytes than it can have");
        }
        if (got == 0 && !inflater.finished()) {
          throw new FileFormatException("has a chunk that is cut short");
        }
      }
      return n == most ? out : Arrays.copyOf(out, n);
    } catch (DataFormatException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("has a damaged chunk: " + e.getMessage(), e.getCause()));
    } finally {
      inflater.end();
    }
  }

  private static byte[] unshuffle(byte[] b, int width) throws FileFormatException {
    if (width < 1) {
      throw new FileFormatException("has chunks shuffled by an impossible size");
    }
    int n = b.length / width;
    byte[] out = b.clone(); // what is left over at the end stays in place
    for (int k = 0; k < width && width > 1; k++) {
      for (int i = 0; i < n; i++) {
        out[i * width + k] = b[k * n + i];
      }
    }
    return out;
  }

  private static byte[] unsummed(byte[] b) throws FileFormatException {
    int n = b.length - CHECKSUM;
    if (n < 0) {
      throw new FileFormatException("has a chunk that is cut short");
    }
    long announced = new Cursor(b, n, CHECKSUM, "chunk").u32();
    if (announced != Fletcher32.of(b, n)) {
      throw new FileFormatException("has a damaged chunk: its checksum is wrong");
    }
    return Arrays.copyOf(b, n);
  }
}
