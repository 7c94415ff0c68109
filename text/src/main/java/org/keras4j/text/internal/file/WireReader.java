package org.keras4j.text.internal.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the fields of a message of protocol buffers, one after the other. */
final class WireReader {
  private final ByteBuffer in;
  private int field;
  private int wire;

  WireReader(byte[] message) {
    this(ByteBuffer.wrap(message));
  }

  private WireReader(ByteBuffer message) {
    in = message.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes to the next field; false at the end. */
  boolean next() {
    if (!in.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    if (field <= 0 || tag >>> 32 != 0) {
      throw broken("a field number");
    }
    return true;
  }

  int field() {
    return field;
  }

  long number() {
    expect(0);
    return varint();
  }

  float fixed32() {
    expect(5);
    need(4);
    return in.getFloat();
  }

  byte[] bytes() {
    ByteBuffer part = part();
    byte[] out = new byte[part.remaining()];
    part.get(out);
    return out;
  }

  String string() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  WireReader message() {
    return new WireReader(part());
  }

  /** Passes over a field that the reader has no use for. */
  void skip() {
    switch (wire) {
      case 0 -> varint();
      case 1 -> advance(8);
      case 2 -> part();
      case 5 -> advance(4);
      default -> throw broken("a field of wire type " + wire);
    }
  }

  private ByteBuffer part() {
    expect(2);
    long n = varint();
    if (n < 0 || n > in.remaining()) {
      throw broken("a field of " + n + " bytes, where " + in.remaining() + " are left");
    }
    ByteBuffer part = in.slice(in.position(), (int) n);
    in.position(in.position() + (int) n);
    return part;
  }

  private void advance(int n) {
    need(n);
    in.position(in.position() + n);
  }

  private void expect(int type) {
    if (wire != type) {
      throw broken("field " + field + " of wire type " + wire + ", expected " + type);
    }
  }

  private long varint() {
    long x = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      byte b = in.get();
      x |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return x;
      }
    }
    throw broken("a number of more than ten bytes");
  }

  private void need(int n) {
    if (in.remaining() < n) {
      throw broken("the end amid a field");
    }
  }

  private IllegalArgumentException broken(String what) {
    return new IllegalArgumentException("SentencePiece model: not a message of protocol buffers: "
        + what + " at byte " + in.position());
  }
}
