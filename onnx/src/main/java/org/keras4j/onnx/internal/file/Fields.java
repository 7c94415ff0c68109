package org.keras4j.onnx.internal.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.keras4j.core.io.FileFormatException;

/** The fields of a message of protobuf's wire format, one after another. */
final class Fields {
  private final ByteBuffer bytes;
  private int tag;
  private long number;
  private ByteBuffer content = ByteBuffer.allocate(0);

  /** The fields of a message that reaches from position to limit. */
  Fields(ByteBuffer message) {
    this.bytes = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes to the next field; false if there is none. */
  boolean next() throws FileFormatException {
    if (!bytes.hasRemaining()) {
      return false;
    }
    tag = (int) varint();
    switch (tag & 7) {
      case 0 -> number = varint();
      case 1 -> number = require(8).getLong();
      case 2 -> {
        long n = varint();
        if (n < 0 || n > bytes.remaining()) {
          throw new FileFormatException("a message of it is cut short");
        }
        content = bytes.slice(bytes.position(), (int) n).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) n);
      }
      case 5 -> number = require(4).getInt();
      default ->
        throw new FileFormatException("it is no ONNX file: a field of wire type " + (tag & 7));
    }
    return true;
  }

  private ByteBuffer require(int n) throws FileFormatException {
    if (bytes.remaining() < n) {
      throw new FileFormatException("a number of it is cut short");
    }
    return bytes;
  }

  private long varint() throws FileFormatException {
    long v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = require(1).get();
      v |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return v;
      }
    }
    throw new FileFormatException("it is no ONNX file: a number has more than ten bytes");
  }

  /** The number of the field. */
  int field() {
    return tag >>> 3;
  }

  /** Whether it has contents of some length, rather than one number. */
  boolean isLong() {
    return (tag & 7) == 2;
  }

  long number() {
    return number;
  }

  float real() {
    return Float.intBitsToFloat((int) number);
  }

  ByteBuffer content() {
    return content;
  }

  String text() {
    byte[] b = new byte[content.remaining()];
    content.duplicate().get(b);
    return new String(b, StandardCharsets.UTF_8);
  }

  /** Adds the numbers of a repeated field, packed or one at a time. */
  void numbers(Numbers to) throws FileFormatException {
    if (!isLong()) {
      to.add(number);
      return;
    }
    Fields inner = new Fields(content);
    while (inner.bytes.hasRemaining()) {
      to.add(inner.varint());
    }
  }

  /** Adds numbers of 4 or 8 bytes each, packed or one at a time. */
  void fixed(int size, Numbers to) throws FileFormatException {
    if (!isLong()) {
      to.add(number);
      return;
    }
    if (content.remaining() % size != 0) {
      throw new FileFormatException("a list of numbers of it is cut short");
    }
    ByteBuffer b = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (b.hasRemaining()) {
      to.add(size == 4 ? b.getInt() : b.getLong());
    }
  }
}
