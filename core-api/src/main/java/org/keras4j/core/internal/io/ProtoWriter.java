package org.keras4j.core.internal.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a message in the wire format of protocol buffers, field by field. */
public final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An integer, or an enum's number. */
  public ProtoWriter integer(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /** A {@code bool}. */
  public ProtoWriter bool(int field, boolean value) {
    return integer(field, value ? 1 : 0);
  }

  /** A {@code double}. */
  public ProtoWriter real(int field, double value) {
    tag(field, FIXED64);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < 8; i++) {
      out.write((int) (bits >>> 8 * i));
    }
    return this;
  }

  /** A {@code float}. */
  public ProtoWriter single(int field, float value) {
    tag(field, FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int i = 0; i < 4; i++) {
      out.write(bits >>> 8 * i);
    }
    return this;
  }

  /** A text. */
  public ProtoWriter string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message inside. */
  public ProtoWriter message(int field, ProtoWriter value) {
    return bytes(field, value.toByteArray());
  }

  /** A repeated integer field, packed. */
  public ProtoWriter packed(int field, long... values) {
    ProtoWriter inner = new ProtoWriter();
    for (long v : values) {
      inner.varint(v);
    }
    return bytes(field, inner.toByteArray());
  }

  /** Bytes as they are. */
  public ProtoWriter bytes(int field, byte[] value) {
    tag(field, BYTES);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private void tag(int field, int wire) {
    varint((long) field << 3 | wire);
  }

  private void varint(long value) {
    long v = value;
    while ((v & ~0x7fL) != 0) {
      out.write((int) (v & 0x7f | 0x80));
      v >>>= 7;
    }
    out.write((int) v);
  }

  /** The message. */
  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
