package org.keras4j.data;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The message {@code tf.train.Example}: a map of names to lists of bytes, floats or integers. */
final class ExampleParser {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private ExampleParser() {}

  /** Puts the features that are asked for into cells. */
  static void parse(ByteBuffer message, Map<String, Integer> places, @Nullable Object[] cells)
      throws IOException {
    try {
      ByteBuffer example = message.slice().order(ByteOrder.LITTLE_ENDIAN);
      while (example.hasRemaining()) {
        long tag = varint(example);
        if (tag != (1 << 3 | LENGTH)) {
          skip(example, tag);
          continue;
        }
        ByteBuffer features = part(example);
        while (features.hasRemaining()) {
          long entry = varint(features);
          if (entry == (1 << 3 | LENGTH)) {
            feature(part(features), places, cells);
          } else {
            skip(features, entry);
          }
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("a record is no tf.train.Example", e);
    }
  }

  private static void feature(
      ByteBuffer entry, Map<String, Integer> places, @Nullable Object[] cells) {
    String name = "";
    ByteBuffer value = null;
    while (entry.hasRemaining()) {
      long tag = varint(entry);
      if (tag == (1 << 3 | LENGTH)) {
        name = text(part(entry));
      } else if (tag == (2 << 3 | LENGTH)) {
        value = part(entry);
      } else {
        skip(entry, tag);
      }
    }
    Integer place = places.get(name);
    if (place == null || value == null || !value.hasRemaining()) {
      return;
    }
    int kind = (int) (varint(value) >>> 3);
    ByteBuffer list = part(value);
    Object all = switch (kind) {
      case 1 -> texts(list);
      case 2 -> floats(list);
      case 3 -> integers(list);
      default -> throw new IllegalArgumentException("a feature of kind " + kind);
    };
    cells[place] = single(all);
  }

  // a list of one is the value, an empty one none
  private static @Nullable Object single(Object all) {
    if (all instanceof float[] f) {
      return f.length == 1 ? (Object) f[0] : f.length == 0 ? null : f;
    }
    List<?> l = (List<?>) all;
    return l.size() == 1 ? l.get(0) : l.isEmpty() ? null : l;
  }

  private static List<String> texts(ByteBuffer list) {
    List<String> out = new ArrayList<>();
    while (list.hasRemaining()) {
      varint(list);
      out.add(text(part(list)));
    }
    return out;
  }

  private static float[] floats(ByteBuffer list) {
    float[] out = new float[list.remaining() / 4];
    int n = 0;
    while (list.hasRemaining()) {
      if ((varint(list) & 7) == LENGTH) {
        ByteBuffer packed = part(list);
        while (packed.hasRemaining()) {
          out[n++] = packed.getFloat();
        }
      } else {
        out[n++] = list.getFloat();
      }
    }
    return java.util.Arrays.copyOf(out, n);
  }

  private static List<Long> integers(ByteBuffer list) {
    List<Long> out = new ArrayList<>();
    while (list.hasRemaining()) {
      if ((varint(list) & 7) == LENGTH) {
        ByteBuffer packed = part(list);
        while (packed.hasRemaining()) {
          out.add(varint(packed));
        }
      } else {
        out.add(varint(list));
      }
    }
    return out;
  }

  private static long varint(ByteBuffer b) {
    long v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte x = b.get();
      v |= (long) (x & 0x7f) << shift;
      if (x >= 0) {
        return v;
      }
    }
    throw new IllegalArgumentException("a number without an end");
  }

  private static ByteBuffer part(ByteBuffer b) {
    long n = varint(b);
    if (n < 0 || n > b.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer out = b.slice(b.position(), (int) n).order(ByteOrder.LITTLE_ENDIAN);
    b.position(b.position() + (int) n);
    return out;
  }

  private static void skip(ByteBuffer b, long tag) {
    switch ((int) (tag & 7)) {
      case VARINT -> varint(b);
      case FIXED64 -> b.position(b.position() + 8);
      case LENGTH -> part(b);
      case FIXED32 -> b.position(b.position() + 4);
      default -> throw new IllegalArgumentException("a field of kind " + (tag & 7));
    }
  }

  private static String text(ByteBuffer b) {
    return StandardCharsets.UTF_8.decode(b).toString();
  }
}
