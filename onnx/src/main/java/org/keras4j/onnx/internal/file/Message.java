package org.keras4j.onnx.internal.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of protobuf's wire format to be written: fields in the order in which they were added. Large bytes are
 * held by reference and written from where they lie.
 */
final class Message {
  private static final int PIECE = 1 << 16;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  /** A field: its tag, and a number, bytes or a message. */
  private record Field(int tag, long number, @Nullable Object content) {}

  private final List<Field> fields = new ArrayList<>();
  private long size = -1;

  Message number(int field, long value) {
    fields.add(new Field(field << 3 | VARINT, value, null));
    return this;
  }

  Message real(int field, float value) {
    fields.add(new Field(field << 3 | FIXED32, Float.floatToRawIntBits(value), null));
    return this;
  }

  Message text(int field, String value) {
    return bytes(field, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Likewise, unless it is empty. */
  Message textIfAny(int field, String value) {
    return value.isEmpty() ? this : text(field, value);
  }

  /** Bytes from position to limit; they must not change before the message is written. */
  Message bytes(int field, ByteBuffer value) {
    fields.add(new Field(field << 3 | LENGTH, 0, value));
    return this;
  }

  Message message(int field, Message value) {
    fields.add(new Field(field << 3 | LENGTH, 0, value));
    return this;
  }

  /** Numbers of a repeated field, packed. */
  Message numbers(int field, long... values) {
    int n = 0;
    for (long v : values) {
      n += varint(v);
    }
    ByteBuffer b = ByteBuffer.allocate(n);
    for (long v : values) {
      put(b, v);
    }
    return bytes(field, b.flip());
  }

  /** Floats of a repeated field, packed. */
  Message reals(int field, float... values) {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      b.putFloat(v);
    }
    return bytes(field, b.flip());
  }

  private static int varint(long v) {
    int n = 1;
    for (long rest = v >>> 7; rest != 0; rest >>>= 7) {
      n++;
    }
    return n;
  }

  private static void put(ByteBuffer b, long v) {
    long rest = v;
    while ((rest & ~0x7fL) != 0) {
      b.put((byte) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    b.put((byte) rest);
  }

  private static long length(@Nullable Object content) {
    return content instanceof Message m
        ? m.size()
        : ((ByteBuffer) Objects.requireNonNull(content)).remaining();
  }

  /** How many bytes it takes; nothing may be added afterwards. */
  long size() {
    if (size < 0) {
      long n = 0;
      for (Field f : fields) {
        n += varint(f.tag);
        n += switch (f.tag & 7) {
          case VARINT -> varint(f.number);
          case FIXED32 -> 4;
          case FIXED64 -> 8;
          default -> varint(length(f.content)) + length(f.content);
        };
      }
      size = n;
    }
    return size;
  }

  /** Writes it. */
  void write(OutputStream out) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (Field f : fields) {
      head.clear();
      put(head, f.tag);
      switch (f.tag & 7) {
        case VARINT -> put(head, f.number);
        case FIXED32 -> head.putInt((int) f.number);
        case FIXED64 -> head.putLong(f.number);
        default -> put(head, length(f.content));
      }
      out.write(head.array(), 0, head.position());
      if (f.content instanceof Message m) {
        m.write(out);
      } else if (f.content != null) {
        copy((ByteBuffer) f.content, out);
      }
    }
  }

  /** Writes bytes that may not lie in an array. */
  static void copy(ByteBuffer bytes, OutputStream out) throws IOException {
    ByteBuffer b = bytes.duplicate();
    if (b.hasArray()) {
      out.write(b.array(), b.arrayOffset() + b.position(), b.remaining());
      return;
    }
    byte[] piece = new byte[Math.min(PIECE, b.remaining())];
    while (b.hasRemaining()) {
      int n = Math.min(piece.length, b.remaining());
      b.get(piece, 0, n);
      out.write(piece, 0, n);
    }
  }
}
