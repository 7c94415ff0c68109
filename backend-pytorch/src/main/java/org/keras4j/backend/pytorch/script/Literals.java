package org.keras4j.backend.pytorch.script;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/** Scalars as TorchScript literals. */
public final class Literals {
  private Literals() {}

  /** A literal, or null if there is none that says exactly this. */
  public static @Nullable String text(NDArray scalar) {
    DType t = scalar.dtype();
    if (t.isBool()) {
      return scalar.getBoolean(0) ? "True" : "False";
    }
    if (t.isInteger()) {
      long v = stored(t, scalar.getLong(0));
      return v == Long.MIN_VALUE ? null : Long.toString(v);
    }
    if (t.isFloat()) {
      double v = scalar.getDouble(0);
      return Double.isFinite(v) ? Double.toString(v) : null;
    }
    return null;
  }

  /** A literal that may also be infinite or NaN, for places that take a number only. */
  public static @Nullable String number(NDArray scalar) {
    if (scalar.dtype().isFloat() && !Double.isFinite(scalar.getDouble(0))) {
      return number(scalar.getDouble(0));
    }
    return text(scalar);
  }

  public static String number(double v) {
    if (Double.isNaN(v)) {
      return "float('nan')";
    }
    return Double.isInfinite(v) ? (v > 0 ? "float('inf')" : "float('-inf')") : Double.toString(v);
  }

  /** The number as which the bits of an integer are stored: wide unsigned ones lie in signed types. */
  public static long stored(DType t, long v) {
    return switch (t) {
      case UINT16 -> (short) v;
      case UINT32 -> (int) v;
      default -> v;
    };
  }

  /** The largest number of a dtype, as stored bits; infinity for floats. */
  public static String highest(DType t) {
    return switch (t) {
      case BOOL -> "True";
      case UINT8 -> "255";
      case INT8 -> "127";
      case INT16 -> "32767";
      case INT32 -> "2147483647";
      case INT64 -> "9223372036854775807";
      case UINT16, UINT32, UINT64 -> "-1";
      default -> "float('inf')";
    };
  }

  /** The smallest number of a dtype, as stored bits; minus infinity for floats. */
  public static String lowest(DType t) {
    return switch (t) {
      case BOOL -> "False";
      case UINT8, UINT16, UINT32, UINT64 -> "0";
      case INT8 -> "-128";
      case INT16 -> "-32768";
      case INT32 -> "-2147483648";
      case INT64 -> "(-9223372036854775807 - 1)";
      default -> "float('-inf')";
    };
  }

  /** The lowest number of the signed type in which a wide unsigned one is stored: its sign bit. */
  public static String signBit(DType t) {
    return switch (t) {
      case UINT16 -> "-32768";
      case UINT32 -> "-2147483648";
      default -> "(-9223372036854775807 - 1)";
    };
  }

  public static boolean isWideUnsigned(DType t) {
    return t == DType.UINT16 || t == DType.UINT32 || t == DType.UINT64;
  }
}
