package org.keras4j.core.primitive;

import org.keras4j.core.DType;

/** The elementwise functions of two inputs of one dtype. */
public enum BinaryKind {
  /** Numbers; integers wrap. */
  ADD,
  SUB,
  MUL,
  /** Numbers; of integers truncating toward zero, 0 for a divisor of 0; the lowest by -1 wraps to itself. */
  DIV,
  /** Remainder with the sign of the dividend; reals and integers, of these 0 for a divisor of 0. */
  REM,
  /**
   * Numbers; integer powers wrap, and with a negative exponent are 0 but of a base of 1 or -1, whose powers
   * are 1 or -1.
   */
  POW,
  /** Floats. */
  ATAN2,
  /** Reals, integers and bools; NaN if either is. */
  MAX,
  MIN,
  /** Logical for bool, bitwise for integers. */
  AND,
  OR,
  XOR,
  /** Integers; a shift by the width or more gives 0 (of an arithmetic one the sign). */
  SHIFT_LEFT,
  SHIFT_RIGHT_ARITHMETIC,
  SHIFT_RIGHT_LOGICAL,
  /** The next float after the first toward the second. */
  NEXTAFTER,
  /** Two float32 (float64) to a complex64 (complex128). */
  COMPLEX;

  DType resultType(DType t) {
    boolean ok = switch (this) {
      case ADD, SUB, MUL, DIV, POW -> t.isInteger() || t.isFloat() || t.isComplex();
      case REM -> t.isInteger() || t.isFloat();
      case ATAN2, NEXTAFTER -> t.isFloat();
      case MAX, MIN -> t.isInteger() || t.isFloat() || t.isBool();
      case AND, OR, XOR -> t.isBool() || t.isInteger();
      case SHIFT_LEFT, SHIFT_RIGHT_ARITHMETIC, SHIFT_RIGHT_LOGICAL -> t.isInteger();
      case COMPLEX -> t == DType.FLOAT32 || t == DType.FLOAT64;
    };
    if (!ok) {
      throw new IllegalArgumentException("not defined for dtype " + t);
    }
    if (this == COMPLEX) {
      return t == DType.FLOAT32 ? DType.COMPLEX64 : DType.COMPLEX128;
    }
    return t;
  }
}
