package org.keras4j.data;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the objects in cells mean. */
final class Cells {
  private static final int EXACT_DIGITS = 15;
  private static final double[] TENS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private Cells() {}

  static double number(@Nullable Object cell) {
    if (cell instanceof Number n) {
      return n.doubleValue();
    } else if (cell instanceof Boolean b) {
      return b ? 1 : 0;
    } else if (cell instanceof CharSequence s) {
      return parse(s);
    }
    throw expected("a number", cell);
  }

  static long integer(@Nullable Object cell) {
    if (cell instanceof Long
        || cell instanceof Integer
        || cell instanceof Short
        || cell instanceof Byte) {
      return ((Number) cell).longValue();
    } else if (cell instanceof CharSequence s) {
      try {
        return Long.parseLong(s, 0, s.length(), 10);
      } catch (NumberFormatException e) {
        return whole(parse(s), cell);
      }
    }
    return whole(number(cell), cell);
  }

  private static long whole(double d, @Nullable Object cell) {
    if (d != Math.rint(d) || Math.abs(d) > 0x1p63) {
      throw expected("a whole number", cell);
    }
    return (long) d;
  }

  /** A decimal number. Short ones, as tables mostly have them, are a whole number by a power of ten, both exact. */
  static double parse(CharSequence s) {
    int n = s.length();
    int i = n > 0 && (s.charAt(0) == '-' || s.charAt(0) == '+') ? 1 : 0;
    boolean negative = i == 1 && s.charAt(0) == '-';
    long digits = 0;
    int count = 0;
    int point = -1;
    for (; i < n; i++) {
      char c = s.charAt(i);
      if (c == '.' && point < 0) {
        point = i;
      } else if (c >= '0' && c <= '9' && count < EXACT_DIGITS) {
        digits = digits * 10 + (c - '0');
        count++;
      } else {
        return parseAny(s);
      }
    }
    if (count == 0) {
      return parseAny(s);
    }
    double d = digits / TENS[point < 0 ? 0 : n - point - 1];
    return negative ? -d : d;
  }

  private static double parseAny(CharSequence s) {
    try {
      return Double.parseDouble(s.toString());
    } catch (NumberFormatException e) {
      throw expected("a number", s);
    }
  }

  static IllegalArgumentException expected(String what, @Nullable Object cell) {
    String got = cell instanceof CharSequence ? "'" + cell + "'" : String.valueOf(cell);
    return new IllegalArgumentException(
        "expected " + what + ", got " + (got.length() > 80 ? got.substring(0, 80) + "..." : got));
  }

  /** How many elements a cell has: 1, unless it is an array or list. */
  static int size(@Nullable Object cell) {
    if (cell instanceof Collection<?> c) {
      int sum = 0;
      for (Object x : c) {
        sum += size(x);
      }
      return sum;
    } else if (cell instanceof Object[] a) {
      return size(List.of(a));
    }
    return cell != null && cell.getClass().isArray() ? Array.getLength(cell) : 1;
  }

  static boolean isList(@Nullable Object cell) {
    return cell instanceof Collection || (cell != null && cell.getClass().isArray());
  }
}
