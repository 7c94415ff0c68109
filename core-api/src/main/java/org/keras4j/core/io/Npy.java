package org.keras4j.core.io;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/**
 * NumPy's {@code .npy} files of one array.
 *
 * <p>All dtypes of NumPy are read, in either byte and element order, text as strings; elements of the
 * raw type {@code V2} are taken for bfloat16, which is how Python's bfloat16 arrays are written. Dtypes
 * of four bits and the float8 types cannot be written.
 */
public final class Npy {
  private Npy() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it is none, is cut short, or holds something else than numbers and text
   */
  public static NDArray read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in);
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Reads the array that starts here; the stream is left after its last byte. */
  public static NDArray read(InputStream stream) throws IOException {
    NpyHeader h = NpyHeader.read(new DataInputStream(stream));
    int count = (int) h.shape().size();
    int need = count * h.width();
    byte[] bytes = stream.readNBytes(need);
    if (bytes.length != need) {
      throw new EOFException("The .npy array is cut short: " + need
          + " bytes of elements expected, got " + bytes.length);
    }
    if (h.text()) {
      return text(h, bytes, count);
    }
    if (h.bigEndian()) {
      swap(bytes, h.dtype().isComplex() ? h.width() / 2 : h.width());
    }
    if (h.fortran() && h.shape().rank() > 1) {
      bytes = rowMajor(bytes, h);
    }
    return NDArray.ofBytes(ByteBuffer.wrap(bytes), h.dtype(), h.shape());
  }

  private static NDArray text(NpyHeader h, byte[] bytes, int count) throws IOException {
    if (h.fortran() && h.shape().rank() > 1) {
      bytes = rowMajor(bytes, h);
    }
    String[] out = new String[count];
    ByteBuffer b = ByteBuffer.wrap(bytes)
        .order(h.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      StringBuilder s = new StringBuilder();
      if (h.unicode()) {
        for (int k = 0; k < h.width(); k += 4) {
          int c = b.getInt(i * h.width() + k);
          if (c != 0) {
            if (!Character.isValidCodePoint(c)) {
              throw new IOException("The .npy array holds text with the impossible character " + c);
            }
            s.appendCodePoint(c);
          }
        }
        out[i] = s.toString();
      } else {
        String v = new String(bytes, i * h.width(), h.width(), StandardCharsets.UTF_8);
        out[i] = v.replaceAll("\0+$", "");
      }
    }
    return NDArray.ofStrings(out, h.shape());
  }

  private static void swap(byte[] bytes, int width) {
    for (int i = 0; i + width <= bytes.length; i += width) {
      for (int k = 0; k < width / 2; k++) {
        byte t = bytes[i + k];
        bytes[i + k] = bytes[i + width - 1 - k];
        bytes[i + width - 1 - k] = t;
      }
    }
  }

  private static byte[] rowMajor(byte[] columns, NpyHeader h) {
    int w = h.width();
    int n = columns.length / Math.max(1, w);
    byte[] out = new byte[columns.length];
    long[] dims = h.shape().toArray();
    for (int i = 0; i < n; i++) {
      long rest = i; // place in the file, first axis fastest
      long to = 0;
      long stride = n;
      for (long d : dims) {
        stride /= d;
        to += rest % d * stride;
        rest /= d;
      }
      System.arraycopy(columns, i * w, out, (int) to * w, w);
    }
    return out;
  }

  /**
   * Writes a file.
   *
   * @throws IllegalArgumentException if the format lacks the dtype
   */
  public static void write(Path file, NDArray array) throws IOException {
    NpyHeader.require(array.dtype());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      write(out, array);
    }
  }

  /** Writes an array; the stream stays open. */
  public static void write(OutputStream out, NDArray array) throws IOException {
    if (array.dtype() == DType.STRING) {
      writeText(out, array);
      return;
    }
    out.write(NpyHeader.write(NpyHeader.descr(array.dtype()), array.shape()));
    ByteBuffer b = array.bytes();
    byte[] chunk = new byte[Math.min(b.remaining(), 1 << 16)];
    while (b.hasRemaining()) {
      int n = Math.min(chunk.length, b.remaining());
      b.get(chunk, 0, n);
      out.write(chunk, 0, n);
    }
  }

  private static void writeText(OutputStream out, NDArray array) throws IOException {
    String[] values = array.toStringArray();
    int longest = 1;
    for (String v : values) {
      longest = Math.max(longest, v.codePointCount(0, v.length()));
    }
    Shape shape = array.shape();
    out.write(NpyHeader.write("<U" + longest, shape));
    for (String v : values) {
      ByteBuffer b = ByteBuffer.allocate(4 * longest).order(ByteOrder.LITTLE_ENDIAN);
      v.codePoints().forEach(b::putInt);
      out.write(b.array());
    }
  }
}
