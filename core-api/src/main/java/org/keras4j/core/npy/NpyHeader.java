package org.keras4j.core.npy;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keras4j.core.DType;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.Shape;
import org.keras4j.core.io.FileFormatException;

/**
 * The head of a {@code .npy} file: what the bytes after it mean.
 *
 * @param width bytes of one element in the file
 * @param unicode whether text has four bytes a character
 */
record NpyHeader(
    DType dtype, int width, boolean bigEndian, boolean fortran, boolean unicode, Shape shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LIMIT = 1 << 16;
  private static final int MAX_RANK = 64; // NumPy's own
  private static final int SHOWN = 120;
  static final long STRING_BYTES = 56; // of an object, besides its characters
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)(\\w)(\\d+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,L]*)\\)");

  static NpyHeader read(DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw new FileFormatException("No .npy array: it does not start with the format's signature");
    }
    int major = in.readUnsignedByte();
    in.readUnsignedByte();
    if (major < 1 || major > 3) {
      throw new FileFormatException("Version " + major + " of the .npy format is not known");
    }
    long length = Short.toUnsignedLong(Short.reverseBytes(in.readShort()));
    if (major > 1) {
      length |= Short.toUnsignedLong(Short.reverseBytes(in.readShort())) << 16;
    }
    if (length > LIMIT) {
      throw new FileFormatException("The head of the .npy array claims " + length + " bytes");
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length != length) {
      throw new FileFormatException("The .npy array ends within its head");
    }
    return parse(new String(text, StandardCharsets.ISO_8859_1));
  }

  private static NpyHeader parse(String s) throws IOException {
    Matcher descr = DESCR.matcher(s);
    Matcher order = ORDER.matcher(s);
    Matcher shape = SHAPE.matcher(s);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new FileFormatException("The head of the .npy array is not understood: " + shown(s));
    }
    List<Long> dims = new ArrayList<>();
    try {
      for (String d : shape.group(1).replace("L", "").split(",")) {
        if (!d.isBlank()) {
          dims.add(Long.parseLong(d.strip()));
        }
      }
      char kind = descr.group(2).charAt(0);
      int size = Integer.parseInt(descr.group(3));
      if (dims.size() > MAX_RANK) {
        throw new FileFormatException(
            "An array of " + dims.size() + " axes, more than the " + MAX_RANK + " there can be");
      }
      Shape of = Shape.of(dims);
      long elements = of.size();
      boolean text = kind == 'U' || kind == 'S';
      DType type = text ? DType.STRING : dtype(kind, size);
      int width = kind == 'U' ? Math.multiplyExact(4, size) : size;
      if (width == 0 && elements > LIMIT) {
        throw new FileFormatException("An array of more empty elements than there is reason for");
      }
      if (Math.multiplyExact(elements, (long) width) > Integer.MAX_VALUE) {
        throw new FileFormatException("An array of more than 2 GiB: " + shown(s));
      }
      return new NpyHeader(
          type, width, descr.group(1).equals(">"), order.group(1).equals("True"), kind == 'U', of);
    } catch (ArithmeticException | NumberFormatException | MemoryLimitException e) {
      throw new FileFormatException("The head of the .npy array has impossible sizes: " + shown(s));
    }
  }

  private static DType dtype(char kind, int size) throws IOException {
    switch ("" + kind + size) {
      case "b1":
        return DType.BOOL;
      case "i1":
        return DType.INT8;
      case "i2":
        return DType.INT16;
      case "i4":
        return DType.INT32;
      case "i8":
        return DType.INT64;
      case "u1":
        return DType.UINT8;
      case "u2":
        return DType.UINT16;
      case "u4":
        return DType.UINT32;
      case "u8":
        return DType.UINT64;
      case "f2":
        return DType.FLOAT16;
      case "f4":
        return DType.FLOAT32;
      case "f8":
        return DType.FLOAT64;
      case "c8":
        return DType.COMPLEX64;
      case "c16":
        return DType.COMPLEX128;
      case "V2":
        return DType.BFLOAT16;
      default:
        throw new FileFormatException("Elements of type '" + kind + size + "' are not supported");
    }
  }

  private static String shown(String head) {
    String s = head.strip();
    return s.length() > SHOWN ? s.substring(0, SHOWN) + "..." : s;
  }

  /** The bytes that the array takes in memory. */
  long memory() {
    long each = Math.max(1, text() ? (long) width + STRING_BYTES : width);
    long elements = shape.size();
    return elements > Long.MAX_VALUE / each ? Long.MAX_VALUE : elements * each;
  }

  boolean text() {
    return dtype == DType.STRING;
  }

  /** Refuses a dtype that the format lacks. */
  static void require(DType d) {
    if (d != DType.STRING) {
      descr(d);
    }
  }

  /** The format's name of a dtype. */
  static String descr(DType d) {
    return switch (d) {
      case BOOL -> "|b1";
      case INT8 -> "|i1";
      case UINT8 -> "|u1";
      case INT16 -> "<i2";
      case INT32 -> "<i4";
      case INT64 -> "<i8";
      case UINT16 -> "<u2";
      case UINT32 -> "<u4";
      case UINT64 -> "<u8";
      case FLOAT16 -> "<f2";
      case FLOAT32 -> "<f4";
      case FLOAT64 -> "<f8";
      case COMPLEX64 -> "<c8";
      case COMPLEX128 -> "<c16";
      case BFLOAT16 -> "<V2";
      default ->
        throw new IllegalArgumentException(
            "The .npy format has no dtype " + d + "; convert the array, or view its bits");
    };
  }

  /** The head of a file with little-endian elements in C order. */
  static byte[] write(String descr, Shape shape) {
    StringBuilder b = new StringBuilder("{'descr': '").append(descr);
    b.append("', 'fortran_order': False, 'shape': ").append(shape).append(", }");
    // the elements start at a multiple of 64 bytes
    int head = MAGIC.length + 4;
    while ((head + b.length() + 1) % 64 != 0) {
      b.append(' ');
    }
    byte[] text = b.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] out = new byte[head + text.length];
    System.arraycopy(MAGIC, 0, out, 0, MAGIC.length);
    out[6] = 1;
    out[8] = (byte) text.length;
    out[9] = (byte) (text.length >> 8);
    System.arraycopy(text, 0, out, head, text.length);
    return out;
  }
}
