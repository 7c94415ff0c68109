package org.keras4j.core.npy;

import java.io.BufferedInputStream;
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
import java.util.Arrays;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

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
   * Reads a file within the default {@link ReadLimits}.
   *
   * @throws FileFormatException if it is none, is cut short, is too large, or holds something else than numbers
   *     and text
   * @throws IOException if it cannot be read
   */
  public static NDArray read(Path file) throws IOException {
    return read(file, ReadLimits.defaults());
  }

  /** Likewise, within limits of one's own. */
  public static NDArray read(Path file, ReadLimits limits) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in, Files.isRegularFile(file) ? Files.size(file) : Long.MAX_VALUE, limits);
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("'" + file + "': " + e.getMessage(), e.getCause()));
    }
  }

  /** Reads the array that starts here, within the default limits; the stream is left after its last byte. */
  public static NDArray read(InputStream stream) throws IOException {
    return read(stream, ReadLimits.defaults());
  }

  /** Likewise, within limits of one's own. */
  public static NDArray read(InputStream stream, ReadLimits limits) throws IOException {
    return read(stream, Long.MAX_VALUE, limits);
  }

  /**
   * Reads an array.
   *
   * @param available how many bytes the stream has at most
   */
  static NDArray read(InputStream stream, long available, ReadLimits limits) throws IOException {
    NpyHeader h;
    try {
      h = NpyHeader.read(new DataInputStream(stream));
    } catch (EOFException e) {
      throw new FileFormatException("The .npy array ends within its head", e);
    }
    limits.checkArray("The .npy array " + h.shape(), h.memory());
    int count = (int) h.shape().size();
    int need = count * h.width();
    byte[] bytes = need > available ? new byte[0] : elements(stream, need, available);
    if (bytes.length != need) {
      throw new FileFormatException("The .npy array is cut short: " + need
          + " bytes of elements expected, got " + Math.min(available, bytes.length));
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

  private static byte[] elements(InputStream stream, int need, long available) throws IOException {
    if (available == Long.MAX_VALUE) {
      return stream.readNBytes(need); // grows as the bytes come
    }
    byte[] out = new byte[need];
    int n = stream.readNBytes(out, 0, need);
    return n == need ? out : Arrays.copyOf(out, n);
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
              throw new FileFormatException(
                  "The .npy array holds text with the impossible character " + c);
            }
            s.appendCodePoint(c);
          }
        }
        out[i] = s.toString();
      } else {
        int end = (i + 1) * h.width();
        while (end > i * h.width() && bytes[end - 1] == 0) {
          end--;
        }
        out[i] = new String(bytes, i * h.width(), end - i * h.width(), StandardCharsets.UTF_8);
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
   * Writes a file, whole or not at all.
   *
   * @throws IllegalArgumentException if the format lacks the dtype
   * @throws IOException if it cannot be written; what was there before is untouched
   */
  public static void write(Path file, NDArray array) throws IOException {
    NpyHeader.require(array.dtype());
    AtomicFile.write(file, out -> write(out, array));
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
