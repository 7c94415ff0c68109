package org.keras4j.training.callbacks;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as Python prints them, so that logs and files read as Keras's do. */
final class PythonNumbers {
  private PythonNumbers() {}

  private static boolean isFinite(double v) {
    return !Double.isNaN(v) && !Double.isInfinite(v);
  }

  private static String special(double v) {
    return Double.isNaN(v) ? "nan" : v > 0 ? "inf" : "-inf";
  }

  private static String sign(double v) {
    return Double.doubleToRawLongBits(v) < 0 ? "-" : "";
  }

  /** {@code repr(v)}: the fewest digits that read back as the number. */
  static String repr(double v) {
    if (!isFinite(v)) {
      return special(v);
    }
    if (v == 0) {
      return sign(v) + "0.0";
    }
    BigDecimal exact = new BigDecimal(Math.abs(v));
    BigDecimal d = exact;
    for (int digits = 1; digits <= 17; digits++) {
      d = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (d.doubleValue() == Math.abs(v)) {
        break;
      }
    }
    d = d.stripTrailingZeros();
    int exponent = d.precision() - d.scale() - 1;
    if (exponent < -4 || exponent >= 16) {
      return sign(v) + mantissa(d.unscaledValue().toString()) + exponent(exponent);
    }
    String s = d.toPlainString();
    return sign(v) + (s.indexOf('.') < 0 ? s + ".0" : s);
  }

  private static String mantissa(String digits) {
    return digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
  }

  private static String exponent(int e) {
    return "e" + (e < 0 ? "-" : "+") + (Math.abs(e) < 10 ? "0" : "") + Math.abs(e);
  }

  /** {@code '%.Nf' % v}. */
  static String fixed(double v, int digits) {
    if (!isFinite(v)) {
      return special(v);
    }
    return sign(v)
        + new BigDecimal(Math.abs(v)).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** {@code '%.Ne' % v}. */
  static String scientific(double v, int digits) {
    if (!isFinite(v)) {
      return special(v);
    }
    BigDecimal d = v == 0
        ? BigDecimal.ZERO
        : new BigDecimal(Math.abs(v)).round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
    int e = v == 0 ? 0 : d.precision() - d.scale() - 1;
    String m = d.movePointLeft(e).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return sign(v) + m + exponent(e);
  }

  /** {@code '%.Ng' % v}. */
  static String general(double v, int digits) {
    if (!isFinite(v)) {
      return special(v);
    }
    int p = Math.max(digits, 1);
    if (v == 0) {
      return sign(v) + "0";
    }
    BigDecimal d = new BigDecimal(Math.abs(v))
        .round(new MathContext(p, RoundingMode.HALF_EVEN))
        .stripTrailingZeros();
    int e = d.precision() - d.scale() - 1;
    return sign(v)
        + (e < -4 || e >= p
            ? mantissa(d.unscaledValue().toString()) + exponent(e)
            : d.toPlainString());
  }
}
