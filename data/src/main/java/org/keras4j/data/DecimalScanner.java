package org.keras4j.data;

/** Reads decimal numbers among bytes where they lie, without an object for each. Used by one thread. */
final class DecimalScanner {
  // powers of ten that a double holds exactly
  private static final double[] TENS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final int LONG_DIGITS = 18;
  private static final int MOST_OF_EXPONENT = 1000;
  private static final long EXACT = 1L << 53;

  private double number;
  private long whole;
  private boolean isWhole;

  /**
   * Reads a number.
   *
   * @param from where it begins, with its sign
   * @param end where the bytes end
   * @return the place behind it; -1 if there is none, or none that is read here without an error of rounding
   */
  int scan(byte[] data, int from, int end) {
    int i = from;
    boolean negative = false;
    if (i < end && (data[i] == '-' || data[i] == '+')) {
      negative = data[i] == '-';
      i++;
    }
    int first = i;
    long digits = 0;
    int c;
    while (i < end && (c = data[i] - '0') >= 0 && c <= 9) {
      digits = digits * 10 + c;
      i++;
    }
    int count = i - first;
    int scale = 0;
    isWhole = true;
    if (i < end && data[i] == '.') {
      isWhole = false;
      first = ++i;
      while (i < end && (c = data[i] - '0') >= 0 && c <= 9) {
        digits = digits * 10 + c;
        i++;
      }
      scale = first - i;
      count -= scale;
    }
    if (count == 0 || count > LONG_DIGITS) {
      return -1;
    }
    if (i < end && (data[i] == 'e' || data[i] == 'E')) {
      isWhole = false;
      boolean down = ++i < end && data[i] == '-';
      if (down || (i < end && data[i] == '+')) {
        i++;
      }
      first = i;
      int exponent = 0;
      while (i < end && exponent < MOST_OF_EXPONENT && (c = data[i] - '0') >= 0 && c <= 9) {
        exponent = exponent * 10 + c;
        i++;
      }
      if (i == first) {
        return -1;
      }
      scale += down ? -exponent : exponent;
    }
    if (isWhole) {
      whole = negative ? -digits : digits;
    }
    // digits and power of ten are both exact, and so the number is rounded once
    if (scale == 0) {
      number = digits;
    } else if (digits > EXACT || scale >= TENS.length || -scale >= TENS.length) {
      return -1;
    } else {
      number = scale < 0 ? digits / TENS[-scale] : digits * TENS[scale];
    }
    if (negative) {
      number = -number;
    }
    return i;
  }

  /** The number that was read. */
  double number() {
    return number;
  }

  /** Whether it was written as a whole one, without a point or an exponent. */
  boolean isWhole() {
    return isWhole;
  }

  /** The number that was read, if it is a whole one. */
  long whole() {
    return whole;
  }
}
