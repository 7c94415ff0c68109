package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.FileFormatException;

/** Attributes that are texts, or lists of them; a list without entries may be of numbers, as h5py writes it. */
final class H5Texts {
  private static final int STRING = 3;
  private static final int VARIABLE = 9;
  private static final int REFERENCE = 16;
  private static final int SPACE_PADDED = 2;
  private static final int NULL_SPACE = 2;
  private static final int MAX_COUNT = 1 << 20;
  private static final int SHARED = 3;
  private static final String WHAT = "attribute";

  /**
   * A text or several.
   *
   * @param list whether the attribute has an axis
   */
  record Value(List<String> texts, boolean list) {}

  private H5Texts() {}

  /** The attribute of a name; null if there is none. */
  static @Nullable Value find(H5Input in, List<Cursor> attributes, String name) throws IOException {
    for (Cursor c : attributes) {
      Value v = read(in, c, name);
      if (v != null) {
        return v;
      }
    }
    return null;
  }

  private static @Nullable Value read(H5Input in, Cursor c, String wanted) throws IOException {
    int version = c.u8();
    if (version < 1 || version > 3) {
      throw c.unsupported("version " + version);
    }
    int flags = c.u8();
    int nameSize = c.u16();
    int typeSize = c.u16();
    int spaceSize = c.u16();
    if (version == 3) {
      c.skip(1);
    }
    boolean padded = version == 1;
    Cursor name = c.part(padded ? aligned(nameSize) : nameSize, WHAT);
    String text = name.text(nameSize);
    int end = text.indexOf('\0');
    if (!(end < 0 ? text : text.substring(0, end)).equals(wanted)) {
      return null;
    }
    if (version > 1 && (flags & SHARED) != 0) {
      throw c.unsupported("a kind whose type lies elsewhere");
    }
    Cursor type = c.part(padded ? aligned(typeSize) : typeSize, WHAT);
    Cursor space = c.part(padded ? aligned(spaceSize) : spaceSize, WHAT);
    long[] dims = dims(space);
    long count = 1;
    for (long d : dims) {
      count = Math.min((long) MAX_COUNT + 1, count * d);
    }
    if (count > MAX_COUNT || dims.length > 1) {
      throw new FileFormatException(
          "the HDF5 attribute '" + wanted + "' has an impossible number of texts");
    }
    return new Value(texts(in, c, type, (int) count, wanted), dims.length == 1);
  }

  private static int aligned(int n) {
    return (n + 7) / 8 * 8;
  }

  private static long[] dims(Cursor c) throws FileFormatException {
    int version = c.u8();
    int rank = c.u8();
    c.skip(1);
    if (version == 2 && c.u8() == NULL_SPACE) {
      return new long[] {0};
    } else if (version == 1) {
      c.skip(5);
    } else if (version != 2) {
      throw c.unsupported("version " + version);
    }
    long[] out = new long[rank];
    for (int i = 0; i < rank; i++) {
      out[i] = c.length();
    }
    return out;
  }

  private static List<String> texts(H5Input in, Cursor c, Cursor type, int count, String name)
      throws IOException {
    List<String> out = new ArrayList<>();
    if (count == 0) {
      return out;
    }
    int kind = type.u8() & 15;
    int bits = type.count(3);
    int size = type.count(4);
    if (kind == STRING) {
      for (int i = 0; i < count; i++) {
        out.add(fixed(c.bytes(size), (bits & 15) == SPACE_PADDED));
      }
    } else if (kind == VARIABLE && (bits & 15) == 1 && size == REFERENCE) {
      for (int i = 0; i < count; i++) {
        int length = c.count(4);
        long collection = c.address();
        int index = c.count(4);
        Cursor object = length == 0 ? null : in.texts().object(collection, index);
        if (object != null && object.remaining() < length) {
          throw new FileFormatException("the HDF5 attribute '" + name + "' is cut short");
        }
        out.add(object == null ? "" : object.text(length));
      }
    } else {
      throw new FileFormatException("the HDF5 attribute '" + name + "' is no text");
    }
    return out;
  }

  private static String fixed(byte[] b, boolean spaces) {
    int n = 0;
    while (n < b.length && b[n] != 0) {
      n++;
    }
    while (spaces && n > 0 && b[n - 1] == ' ') {
      n--;
    }
    return new String(b, 0, n, StandardCharsets.UTF_8);
  }
}
