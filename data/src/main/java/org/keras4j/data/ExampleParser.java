package org.keras4j.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The message {@code tf.train.Example}: a map of names to lists of bytes, floats or integers. Features are looked for in the order that earlier
 * examples had. Used by one thread.
 */
final class ExampleParser {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;
  private static final int TEXTS = 1;
  private static final int FLOATS = 2;
  private static final int INTEGERS = 3;

  /**
   * A feature.
   *
   * @param column -1 if it is not wanted
   */
  private record Feature(byte[] name, int column) {}

  private final Map<String, Integer> places;
  private final List<Feature> order = new ArrayList<>();
  private byte[] data = new byte[0];
  private int at;

  ExampleParser(Map<String, Integer> places) {
    this.places = places;
  }

  /**
   * Puts the features that are asked for into cells.
   *
   * @throws IOException if these bytes are no example
   */
  void parse(byte[] message, int from, int end, CellRow cells) throws IOException {
    data = message;
    at = from;
    try {
      while (at < end) {
        int tag = tag(end);
        if (tag != (1 << 3 | LENGTH)) {
          skip(tag, end);
          continue;
        }
        features(part(end), cells);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("a record is no tf.train.Example", e);
    }
  }

  private void features(int end, CellRow cells) {
    int k = 0;
    while (at < end) {
      int tag = tag(end);
      if (tag == (1 << 3 | LENGTH)) {
        feature(part(end), k++, cells);
      } else {
        skip(tag, end);
      }
    }
  }

  private void feature(int end, int k, CellRow cells) {
    int name = at;
    int nameEnd = at;
    int value = -1;
    int valueEnd = -1;
    while (at < end) {
      int tag = tag(end);
      if (tag == (1 << 3 | LENGTH)) {
        nameEnd = part(end);
        name = at;
        at = nameEnd;
      } else if (tag == (2 << 3 | LENGTH)) {
        valueEnd = part(end);
        value = at;
        at = valueEnd;
      } else {
        skip(tag, end);
      }
    }
    int column = column(name, nameEnd, k);
    if (column >= 0 && value >= 0 && value < valueEnd) {
      at = value;
      value(column, valueEnd, cells);
      at = end;
    }
  }

  private int column(int from, int end, int k) {
    Feature f = k < order.size() ? order.get(k) : null;
    if (f == null || !Arrays.equals(f.name, 0, f.name.length, data, from, end)) {
      String name = text(from, end);
      f = new Feature(Arrays.copyOfRange(data, from, end), places.getOrDefault(name, -1));
      if (k < order.size()) {
        order.set(k, f);
      } else {
        order.add(f);
      }
    }
    return f.column;
  }

  // a list of one is the value, an empty one none
  private void value(int column, int valueEnd, CellRow cells) {
    int kind = tag(valueEnd) >>> 3;
    int end = part(valueEnd);
    switch (kind) {
      case TEXTS -> {
        List<String> all = texts(end);
        cells.set(column, all.size() == 1 ? all.get(0) : all.isEmpty() ? null : all);
      }
      case FLOATS -> floats(column, end, cells);
      case INTEGERS -> integers(column, end, cells);
      default -> throw new IllegalArgumentException("a feature of kind " + kind);
    }
  }

  private List<String> texts(int end) {
    List<String> out = new ArrayList<>();
    while (at < end) {
      tag(end);
      int to = part(end);
      out.add(text(at, to));
      at = to;
    }
    return out;
  }

  // packed, or one by one
  private void floats(int column, int end, CellRow cells) {
    float @Nullable [] all = null;
    int n = 0;
    float one = 0;
    while (at < end) {
      int to = (tag(end) & 7) == LENGTH ? part(end) : at + 4;
      while (at < to) {
        float f = Float.intBitsToFloat(fixed32(end));
        if (n == 0) {
          one = f;
        } else {
          if (all == null) {
            all = new float[Math.max(2, (end - at) / 4 + 2)];
            all[0] = one;
          } else if (n == all.length) {
            all = Arrays.copyOf(all, 2 * n);
          }
          all[n] = f;
        }
        n++;
      }
    }
    if (n == 1) {
      cells.set(column, (double) one);
    } else {
      cells.set(column, all == null ? null : n == all.length ? all : Arrays.copyOf(all, n));
    }
  }

  private void integers(int column, int end, CellRow cells) {
    long @Nullable [] all = null;
    int n = 0;
    long one = 0;
    while (at < end) {
      int to = (tag(end) & 7) == LENGTH ? part(end) : at + 1; // one number
      while (at < to) {
        long v = varint(end);
        if (n == 0) {
          one = v;
        } else {
          if (all == null) {
            all = new long[8];
            all[0] = one;
          } else if (n == all.length) {
            all = Arrays.copyOf(all, 2 * n);
          }
          all[n] = v;
        }
        n++;
      }
    }
    if (n == 1) {
      cells.set(column, one);
    } else {
      cells.set(column, all == null ? null : Arrays.copyOf(all, n));
    }
  }

  private int fixed32(int end) {
    int i = at;
    if (end - i < 4) {
      throw new IllegalArgumentException("a number that ends early");
    }
    at = i + 4;
    return data[i] & 0xff
        | (data[i + 1] & 0xff) << 8
        | (data[i + 2] & 0xff) << 16
        | data[i + 3] << 24;
  }

  private long varint(int end) {
    long v = 0;
    for (int shift = 0; shift < 64 && at < end; shift += 7) {
      byte x = data[at++];
      v |= (long) (x & 0x7f) << shift;
      if (x >= 0) {
        return v;
      }
    }
    throw new IllegalArgumentException("a number without an end");
  }

  private int tag(int end) {
    return (int) varint(end);
  }

  // stands at the beginning of a part then, and gives where it ends
  private int part(int end) {
    long n = varint(end);
    if (n < 0 || n > end - at) {
      throw new IllegalArgumentException("a part that is longer than what it is part of");
    }
    return at + (int) n;
  }

  private void skip(int tag, int end) {
    switch (tag & 7) {
      case VARINT -> varint(end);
      case FIXED64 -> at += 8;
      case LENGTH -> at = part(end);
      case FIXED32 -> at += 4;
      default -> throw new IllegalArgumentException("a field of kind " + (tag & 7));
    }
    if (at > end) {
      throw new IllegalArgumentException("a field that ends early");
    }
  }

  private String text(int from, int end) {
    return new String(data, from, end - from, StandardCharsets.UTF_8);
  }
}
