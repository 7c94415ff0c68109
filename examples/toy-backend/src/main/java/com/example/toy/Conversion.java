package com.example.toy;

import java.nio.ByteBuffer;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/** Elements of one dtype as elements of another, by value and by bits. */
final class Conversion {
  private Conversion() {}

  /** The least integer (or bool) of a dtype. */
  static long least(DType t) {
    return t.isSigned() ? -1L << (t.bits() - 1) : 0;
  }

  /** The largest integer (or bool) of a dtype; of uint64 its bits. */
  static long most(DType t) {
    return t.isBool() ? 1 : t.isSigned() ? ~least(t) : -1L >>> (64 - t.bits());
  }

  static NDArray convert(NDArray x, DType to) {
    NDArray out = NDArray.zeros(to, x.shape());
    DType from = x.dtype();
    boolean exact = !from.isFloat() && !from.isComplex();
    for (int i = 0; i < x.size(); i++) {
      if (to.isBool()) {
        boolean zero = exact ? x.getLong(i) == 0 : x.getDouble(i) == 0 && x.getImaginary(i) == 0;
        out.setLong(i, zero ? 0 : 1);
      } else if (to.isComplex()) {
        out.setComplex(i, x.getDouble(i), x.getImaginary(i));
      } else if (to.isInteger()) {
        out.setLong(i, exact ? x.getLong(i) : saturated(x.getDouble(i), to));
      } else if (exact && to != DType.FLOAT64 && from != DType.UINT64) {
        out.setDouble(i, (float) x.getLong(i)); // rounded once
      } else {
        out.setDouble(i, x.getDouble(i));
      }
    }
    return out;
  }

  private static long saturated(double v, DType to) {
    if (to == DType.UINT64) {
      return v >= 0x1p64
          ? -1
          : v >= 0x1p63 ? (long) (v - 0x1p63) ^ Long.MIN_VALUE : Math.max(0, (long) v);
    }
    return Math.max(least(to), Math.min((long) v, most(to))); // NaN is 0
  }

  static NDArray bitcast(NDArray x, TensorSpec spec) {
    ByteBuffer bytes = x.copy().bytes();
    return NDArray.ofBytes(bytes, spec.dtype(), spec.shape());
  }

  /** Writes the next number after x toward y, in the dtype of the array. */
  static void nextAfter(double x, double y, NDArray out, int i) {
    DType t = out.dtype();
    if (t == DType.FLOAT64 || Double.isNaN(x) || Double.isNaN(y) || x == y) {
      out.setDouble(i, Math.nextAfter(x, y));
    } else if (t == DType.FLOAT32) {
      out.setDouble(i, Math.nextAfter((float) x, y));
    } else {
      NDArray one = NDArray.zeros(t, Shape.SCALAR);
      one.setDouble(0, x);
      int bits = t.size() == 2 ? one.bytes().getShort(0) & 0xffff : one.bytes().get(0) & 0xff;
      int sign = 1 << (8 * t.size() - 1);
      if (x == 0) {
        bits = y > 0 ? 1 : sign | 1;
      } else {
        bits += (y > x) == (x > 0) ? 1 : -1;
      }
      if (t.size() == 2) {
        out.bytes().putShort(2 * i, (short) bits);
      } else {
        out.bytes().put(i, (byte) bits);
      }
    }
  }
}
