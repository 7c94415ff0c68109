package org.keras4j.saving.internal.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.io.FileFormatException;

/**
 * What the elements of a dataset are. Python's HDF5 has no bfloat16 and no float8: weights of these are opaque
 * elements, whose bits are taken as those of the dtype asked for.
 *
 * @param kind integer, float or opaque
 * @param size bytes of one
 * @param dtype the one of these bits; of opaque elements, uint8
 */
record ElementType(Kind kind, int size, DType dtype, boolean bigEndian) {
  enum Kind {
    INTEGER,
    FLOAT,
    OPAQUE
  }

  private static final int FIXED = 0;
  private static final int FLOATING = 1;
  private static final int STRING = 3;
  private static final int OPAQUE = 5;
  private static final int ENUMERATION = 8;
  private static final String[] CLASSES = {
    "integers",
    "floats",
    "times",
    "strings",
    "bit fields",
    "opaque elements",
    "compounds",
    "references",
    "enumerations",
    "sequences of variable length",
    "arrays"
  };

  static ElementType read(Cursor c) throws FileFormatException {
    return read(c, true);
  }

  private static ElementType read(Cursor c, boolean outer) throws FileFormatException {
    int type = c.u8() & 15;
    int bits = c.count(3);
    int size = c.count(4);
    boolean big = (bits & 1) != 0;
    if (type == FIXED && c.u16() == 0 && c.u16() == 8 * size) {
      boolean signed = (bits & 8) != 0;
      switch (size) {
        case 1:
          return new ElementType(Kind.INTEGER, 1, signed ? DType.INT8 : DType.UINT8, big);
        case 2:
          return new ElementType(Kind.INTEGER, 2, signed ? DType.INT16 : DType.UINT16, big);
        case 4:
          return new ElementType(Kind.INTEGER, 4, signed ? DType.INT32 : DType.UINT32, big);
        case 8:
          return new ElementType(Kind.INTEGER, 8, signed ? DType.INT64 : DType.UINT64, big);
        default:
          break;
      }
    } else if (type == FLOATING) {
      return floating(c, bits, size, big);
    } else if (type == OPAQUE && (size == 1 || size == 2)) {
      return new ElementType(Kind.OPAQUE, size, DType.UINT8, false);
    } else if (type == ENUMERATION && outer) {
      return read(c, false); // of the numbers that the names stand for
    }
    String name = type < CLASSES.length ? CLASSES[type] : "type " + type;
    throw new FileFormatException(
        type == STRING || type > STRING && type != OPAQUE && type != ENUMERATION
            ? "holds " + name + ", not numbers"
            : "holds " + name + " of " + size + " bytes in a form that is not supported");
  }

  private static ElementType floating(Cursor c, int bits, int size, boolean big)
      throws FileFormatException {
    boolean whole = c.u16() == 0 && c.u16() == 8 * size;
    int exponentAt = c.u8();
    int exponent = c.u8();
    int mantissaAt = c.u8();
    int mantissa = c.u8();
    long bias = c.u32();
    boolean vax = (bits & 64) != 0;
    if (whole
        && !vax
        && mantissaAt == 0
        && exponentAt == mantissa
        && bias == (1L << Math.max(0, exponent - 1)) - 1
        && (bits >> 8 & 255) == 8 * size - 1) {
      DType d = null;
      if (size == 2 && exponent == 5 && mantissa == 10) {
        d = DType.FLOAT16;
      } else if (size == 2 && exponent == 8 && mantissa == 7) {
        d = DType.BFLOAT16;
      } else if (size == 4 && exponent == 8 && mantissa == 23) {
        d = DType.FLOAT32;
      } else if (size == 8 && exponent == 11 && mantissa == 52) {
        d = DType.FLOAT64;
      }
      if (d != null) {
        return new ElementType(Kind.FLOAT, size, d, big);
      }
    }
    throw new FileFormatException(
        "holds floats of " + size + " bytes in a form that is not supported");
  }

  /** The dtype that a file's bytes have when they are wanted as another. */
  private DType source(DType wanted) throws FileFormatException {
    if (kind != Kind.OPAQUE) {
      return dtype;
    }
    boolean bitsOnly =
        wanted == DType.BFLOAT16 || wanted == DType.FLOAT8_E4M3FN || wanted == DType.FLOAT8_E5M2;
    if (!bitsOnly || wanted.size() != size) {
      throw new FileFormatException(
          "holds opaque elements of " + size + " bytes, which are no " + wanted.kerasName());
    }
    return wanted;
  }

  /** The array of a file's bytes, which this may change, in a dtype. */
  NDArray array(ByteBuffer bytes, Shape shape, DType wanted) throws FileFormatException {
    DType source = source(wanted);
    if (bigEndian && size > 1) {
      swap(bytes.order(ByteOrder.LITTLE_ENDIAN));
    }
    NDArray read = NDArray.ofBytes(bytes, source, shape);
    return source == wanted ? read : read.astype(wanted);
  }

  /** Refuses a dtype that the bytes cannot be read as. */
  void require(DType wanted) throws FileFormatException {
    source(wanted);
  }

  private void swap(ByteBuffer b) {
    for (int i = b.position(); i + size <= b.limit(); i += size) {
      switch (size) {
        case 2 -> b.putShort(i, Short.reverseBytes(b.getShort(i)));
        case 4 -> b.putInt(i, Integer.reverseBytes(b.getInt(i)));
        default -> b.putLong(i, Long.reverseBytes(b.getLong(i)));
      }
    }
  }
}
