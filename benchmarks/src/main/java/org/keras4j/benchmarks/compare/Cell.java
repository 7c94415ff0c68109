package org.keras4j.benchmarks.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One quantity of one program over the rounds. */
record Cell(double[] values) {
  static Cell of(List<Double> values) {
    return new Cell(values.stream().mapToDouble(Double::doubleValue).sorted().toArray());
  }

  boolean isEmpty() {
    return values.length == 0;
  }

  double median() {
    int n = values.length;
    return n == 0 ? Double.NaN : (values[(n - 1) / 2] + values[n / 2]) / 2;
  }

  /** The distance of the extremes as a share of the median. */
  double spread() {
    return (Arrays.stream(values).max().orElse(0) - Arrays.stream(values).min().orElse(0))
        / median();
  }

  /** The median, and in percent how far the rounds lie apart. */
  String text() {
    if (isEmpty()) {
      return "";
    }
    return values.length == 1
        ? number(median())
        : number(median()) + " ±" + Math.round(50 * spread()) + "%";
  }

  /** A number with three digits that say something. */
  static String number(double v) {
    if (!Double.isFinite(v)) {
      return "";
    }
    int digits = v == 0 ? 0 : Math.max(0, 2 - (int) Math.floor(Math.log10(Math.abs(v))));
    return String.format(Locale.ROOT, "%." + Math.min(digits, 4) + "f", v);
  }
}
