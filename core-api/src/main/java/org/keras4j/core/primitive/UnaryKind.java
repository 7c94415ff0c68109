package org.keras4j.core.primitive;

import org.keras4j.core.DType;

/** The elementwise functions of one input. Where not said otherwise: floats (some also complex). */
public enum UnaryKind {
  /** Any number. */
  NEG(Domain.NUMBER),
  /** Any number; of complex the modulus, a real. */
  ABS(Domain.NUMBER),
  /** -1, 0 or 1; NaN stays. Any number. */
  SIGN(Domain.NUMBER),
  FLOOR(Domain.REAL),
  CEIL(Domain.REAL),
  /** To the nearest integer, halves to even. */
  ROUND_EVEN(Domain.REAL),
  EXP(Domain.FLOATING),
  EXPM1(Domain.FLOATING),
  LOG(Domain.FLOATING),
  LOG1P(Domain.FLOATING),
  SQRT(Domain.FLOATING),
  RSQRT(Domain.FLOATING),
  SIN(Domain.FLOATING),
  COS(Domain.FLOATING),
  TAN(Domain.FLOATING),
  ASIN(Domain.FLOATING),
  ACOS(Domain.FLOATING),
  ATAN(Domain.FLOATING),
  SINH(Domain.FLOATING),
  COSH(Domain.FLOATING),
  ASINH(Domain.FLOATING),
  ACOSH(Domain.FLOATING),
  ATANH(Domain.FLOATING),
  TANH(Domain.FLOATING),
  /** {@code 1 / (1 + exp(-x))}. */
  LOGISTIC(Domain.FLOATING),
  ERF(Domain.REAL),
  ERFC(Domain.REAL),
  ERF_INV(Domain.REAL),
  /** Logarithm of the absolute value of the gamma function. */
  LGAMMA(Domain.REAL),
  DIGAMMA(Domain.REAL),
  /** {@code exp(-|x|) I0(x)}, the modified Bessel function of order 0. */
  BESSEL_I0E(Domain.REAL),
  /** {@code exp(-|x|) I1(x)}. */
  BESSEL_I1E(Domain.REAL),
  /** To bool. */
  IS_FINITE(Domain.REAL),
  /** Logical for bool, bitwise for integers. */
  NOT(Domain.LOGICAL),
  /** Complex to real. */
  REAL(Domain.COMPLEX),
  /** Complex to real. */
  IMAG(Domain.COMPLEX),
  CONJ(Domain.COMPLEX);

  private enum Domain {
    NUMBER,
    REAL,
    FLOATING,
    LOGICAL,
    COMPLEX
  }

  private final Domain domain;

  UnaryKind(Domain domain) {
    this.domain = domain;
  }

  DType resultType(DType t) {
    boolean ok = switch (domain) {
      case NUMBER -> !t.isBool() && t != DType.STRING;
      case REAL -> t.isFloat();
      case FLOATING -> t.isFloat() || t.isComplex();
      case LOGICAL -> t.isBool() || t.isInteger();
      case COMPLEX -> t.isComplex();
    };
    if (!ok) {
      throw new IllegalArgumentException("not defined for dtype " + t);
    }
    return switch (this) {
      case IS_FINITE -> DType.BOOL;
      case REAL, IMAG -> realOf(t);
      case ABS -> t.isComplex() ? realOf(t) : t;
      default -> t;
    };
  }

  private static DType realOf(DType t) {
    return t == DType.COMPLEX64 ? DType.FLOAT32 : DType.FLOAT64;
  }
}
