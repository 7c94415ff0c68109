package org.keras4j.training.internal.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** A range of numbers with round ones marked. */
record Axis(double from, double to, double step) {

  /**
   * The range that numbers need, with about so many marks.
   *
   * @param whole whether only whole numbers are marked
   */
  static Axis of(double min, double max, int marks, boolean whole) {
    double low = min;
    double high = max;
    if (low == high) {
      double room = low == 0 || whole ? 1 : Math.abs(low) * 0.1;
      low -= room;
      high += room;
    }
    double rough = (high - low) / marks;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    return new Axis(low, high, whole ? Math.max(1, Math.round(step)) : step);
  }

  List<Double> marks() {
    List<Double> out = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
      out.add(i * step);
    }
    return out;
  }

  /** The place of a number, from 0 to 1. */
  double place(double v) {
    return (v - from) / (to - from);
  }

  /** A mark as text, without digits that rounding left. */
  static String text(double mark) {
    if (mark == 0) {
      return "0";
    }
    BigDecimal d = new BigDecimal(mark).round(new MathContext(6)).stripTrailingZeros();
    double size = Math.abs(mark);
    return size >= 1e-4 && size < 1e6
        ? d.toPlainString()
        : d.toString().replace("E+", "e").replace("E", "e");
  }
}
