package org.keras4j.backend.xla.emit;

import java.nio.ByteBuffer;
import java.util.StringJoiner;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/** The text of constants: exact bits, whatever the number. */
final class Literal {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Literal() {}

  /** {@code dense<...> : tensor<...>} for one number everywhere. */
  static String splat(TensorType type, double value) {
    return dense(number(type.element(), value), type);
  }

  /** The same for an integer type, without passing through a double. */
  static String splat(TensorType type, long value) {
    ElementType e = type.element();
    if (e.isUnsigned()) {
      return dense(Long.toUnsignedString(e == ElementType.U64 ? value : value & mask(e)), type);
    }
    return e.isInteger() ? dense(Long.toString(value), type) : splat(type, (double) value);
  }

  private static long mask(ElementType e) {
    return (1L << 8 * e.size()) - 1;
  }

  private static String dense(String content, TensorType type) {
    return "dense<" + content + "> : " + type;
  }

  /** Whether all elements have the same bits. */
  static boolean isSplat(NDArray a) {
    int size = a.dtype().size();
    ByteBuffer b = a.bytes();
    int n = b.remaining();
    if (n <= size) {
      return n == size;
    }
    // equal to itself shifted by one element
    return b.slice(0, n - size).equals(b.slice(size, n - size));
  }

  static String of(NDArray a, TensorType type) {
    long n = type.elements();
    if (n == 0) {
      return dense("", type);
    }
    if (a.dtype() == DType.BOOL) {
      return isSplat(a) ? dense(String.valueOf(a.getBoolean(0)), type) : bools(a, type);
    }
    ElementType e = type.element();
    if (isSplat(a)) {
      if (e.isComplex()) {
        ElementType part = e.real();
        return dense(
            "(" + number(part, a.getDouble(0)) + "," + number(part, a.getImaginary(0)) + ")", type);
      }
      return e.isInteger() ? splat(type, a.getLong(0)) : dense(number(e, a.getDouble(0)), type);
    }
    StringBuilder b = new StringBuilder("\"0x");
    ByteBuffer data = a.bytes();
    for (int i = data.position(); i < data.limit(); i++) {
      int v = data.get(i);
      b.append(HEX[v >> 4 & 15]).append(HEX[v & 15]);
    }
    return dense(b.append('"').toString(), type);
  }

  private static String bools(NDArray a, TensorType type) {
    StringBuilder b = new StringBuilder();
    nest(b, a, type, 0, 0, (int) type.elements());
    return dense(b.toString(), type);
  }

  private static void nest(StringBuilder b, NDArray a, TensorType type, int axis, int at, int n) {
    if (axis == type.rank()) {
      b.append(a.getBoolean(at));
      return;
    }
    int count = (int) type.dim(axis);
    StringJoiner j = new StringJoiner(",", "[", "]");
    for (int i = 0; i < count; i++) {
      StringBuilder inner = new StringBuilder();
      nest(inner, a, type, axis + 1, at + i * (n / count), n / count);
      j.add(inner);
    }
    b.append(j);
  }

  /** One number as text: a float by its bits where decimals would not do. */
  static String number(ElementType e, double v) {
    switch (e) {
      case PRED:
        return v != 0 ? "true" : "false";
      case F32:
        float f = (float) v;
        return Math.abs(f) < 1e6 && f == Math.rint(f) && Float.floatToRawIntBits(f) != 1 << 31
            ? (int) f + ".0"
            : String.format("0x%08X", Float.floatToRawIntBits(f));
      case F64:
        return String.format("0x%016X", Double.doubleToRawLongBits(v));
      case F16:
        return String.format("0x%04X", org.keras4j.core.Floats.toHalf((float) v));
      case BF16:
        return String.format("0x%04X", org.keras4j.core.Floats.toBfloat16((float) v));
      case F8E4M3FN:
        return String.format("0x%02X", org.keras4j.core.Floats.toE4m3fn((float) v));
      case F8E5M2:
        return String.format("0x%02X", org.keras4j.core.Floats.toE5m2((float) v));
      case C64:
      case C128:
        return "(" + number(e.real(), v) + "," + number(e.real(), 0) + ")";
      case U64:
        return Long.toUnsignedString((long) v);
      default:
        return Long.toString((long) v);
    }
  }
}
