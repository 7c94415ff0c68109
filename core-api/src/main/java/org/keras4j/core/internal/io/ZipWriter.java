package org.keras4j.core.internal.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip file whose entries are not compressed, as Keras's are, so that readers find their bytes in place.
 * Checksums are filled in when an entry ends: nothing is written twice.
 */
public final class ZipWriter {
  private static final int VERSION = 20;
  private static final int VERSION64 = 45;
  private static final int UTF8 = 1 << 11;
  private static final int MIDNIGHT = 0;
  private static final int FIRST_DAY = 1 << 5 | 1;
  private static final int CRC_AT = 14;
  private static final int READABLE = 0x8000 | 0600;

  private record Written(byte[] name, long crc, long size, long offset) {}

  /** Writes the bytes of an entry. */
  @FunctionalInterface
  public interface Body {
    /** Writes as many bytes as were announced. */
    void write(OutputStream out) throws IOException;
  }

  private final Part out;
  private final List<Written> entries = new ArrayList<>();

  /** Writes to a file. */
  public ZipWriter(Part out) {
    this.out = out;
  }

  /**
   * An entry of a text.
   *
   * @throws CharacterCodingException if UTF-8 has no bytes for it, where {@code getBytes} would write others
   */
  public void text(String name, String text) throws IOException {
    ByteBuffer b = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    entry(name, b.remaining(), o -> o.write(b.array(), b.arrayOffset(), b.remaining()));
  }

  /** An entry of a size that is known. */
  public void entry(String name, long size, Body body) throws IOException {
    byte[] raw = name.getBytes(StandardCharsets.UTF_8);
    long offset = out.position();
    boolean wide = size >= LittleEndian.MAX32;
    Fields head = new Fields();
    head.u32(0x04034b50).u16(wide ? VERSION64 : VERSION).u16(UTF8).u16(0).u16(MIDNIGHT);
    head.u16(FIRST_DAY).u32(0).u32(wide ? LittleEndian.MAX32 : size);
    head.u32(wide ? LittleEndian.MAX32 : size)
        .u16(raw.length)
        .u16(wide ? 20 : 0)
        .bytes(raw);
    if (wide) {
      head.u16(1).u16(16).u64(size).u64(size);
    }
    out.write(head.all());
    long from = out.position();
    Summed summed = new Summed(out);
    body.write(summed);
    if (out.position() - from != size) {
      throw new IllegalStateException(
          "entry '" + name + "' has " + (out.position() - from) + " bytes, not " + size);
    }
    long crc = summed.crc.getValue();
    out.patch(offset + CRC_AT, new Fields().u32(crc).all());
    entries.add(new Written(raw, crc, size, offset));
  }

  /** Writes the directory. */
  public void finish() throws IOException {
    long from = out.position();
    for (Written e : entries) {
      Fields extra = new Fields();
      boolean big = e.size >= LittleEndian.MAX32;
      boolean far = e.offset >= LittleEndian.MAX32;
      if (big) {
        extra.u64(e.size).u64(e.size);
      }
      if (far) {
        extra.u64(e.offset);
      }
      byte[] wide = extra.all();
      int version = big || far ? VERSION64 : VERSION;
      Fields f = new Fields();
      f.u32(0x02014b50).u16(3 << 8 | version).u16(version).u16(UTF8).u16(0).u16(MIDNIGHT);
      f.u16(FIRST_DAY).u32(e.crc).u32(big ? LittleEndian.MAX32 : e.size);
      f.u32(big ? LittleEndian.MAX32 : e.size).u16(e.name.length);
      f.u16(wide.length == 0 ? 0 : wide.length + 4).u16(0).u16(0).u16(0).u16(0).u16(READABLE);
      f.u32(far ? LittleEndian.MAX32 : e.offset).bytes(e.name);
      if (wide.length > 0) {
        f.u16(1).u16(wide.length).bytes(wide);
      }
      out.write(f.all());
    }
    long end = out.position();
    long size = end - from;
    int count = entries.size();
    boolean many = count >= 0xffff || end >= LittleEndian.MAX32;
    Fields f = new Fields();
    if (many) {
      f.u32(0x06064b50)
          .u64(44)
          .u16(VERSION64)
          .u16(VERSION64)
          .u32(0)
          .u32(0)
          .u64(count)
          .u64(count);
      f.u64(size).u64(from).u32(0x07064b50).u32(0).u64(end).u32(1);
    }
    int shown = many ? 0xffff : count;
    f.u32(0x06054b50).u16(0).u16(0).u16(shown).u16(shown);
    f.u32(many ? LittleEndian.MAX32 : size)
        .u32(many ? LittleEndian.MAX32 : from)
        .u16(0);
    out.write(f.all());
  }

  private static final class Fields {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Fields u16(int v) {
      out.write(v);
      out.write(v >> 8);
      return this;
    }

    Fields u32(long v) {
      return u16((int) v).u16((int) (v >> 16));
    }

    Fields u64(long v) {
      return u32(v).u32(v >> 32);
    }

    Fields bytes(byte[] b) {
      out.writeBytes(b);
      return this;
    }

    byte[] all() {
      return out.toByteArray();
    }
  }

  private static final class Summed extends OutputStream {
    private final OutputStream out;
    private final CRC32 crc = new CRC32();

    Summed(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      crc.update(b);
      out.write(b);
    }

    @Override
    public void write(byte[] b, int from, int count) throws IOException {
      crc.update(b, from, count);
      out.write(b, from, count);
    }
  }
}
