package org.keras4j.layers.image;

import java.util.List;

/** Checks of settings that are a number or a range of numbers. */
final class Factors {
  private Factors() {}

  private static IllegalArgumentException wrong(
      String setting, Number low, Number high, Object given) {
    return new IllegalArgumentException("'" + setting + "' expects a number, or two, from " + low
        + " to " + high + ", got " + given);
  }

  private static Number max(Number a, Number b) {
    return a.doubleValue() < b.doubleValue() ? b : a;
  }

  private static Number negative(Number n) {
    return n instanceof Integer || n instanceof Long
        ? (Number) Math.toIntExact(-n.longValue())
        : (Number) (-n.doubleValue());
  }

  private static Number absolute(Number n) {
    return n.doubleValue() < 0 ? negative(n) : n;
  }

  private static List<Number> sorted(Number a, Number b) {
    return b.doubleValue() < a.doubleValue() ? List.of(b, a) : List.of(a, b);
  }

  /**
   * The range that a setting means: two numbers in order; one number f stands for -f to f, but for nothing
   * below the bounds.
   *
   * @throws IllegalArgumentException if it is neither, or out of bounds
   */
  static List<Number> range(String setting, Object given, Number low, Number high) {
    if (given instanceof Number n) {
      if (!(n.doubleValue() >= low.doubleValue() && n.doubleValue() <= high.doubleValue())) {
        throw wrong(setting, low, high, given);
      }
      Number size = absolute(n);
      return List.of(max(negative(size), low), size);
    }
    Number[] pair = pair(setting, given, low, high);
    if (pair[0].doubleValue() > high.doubleValue() || pair[1].doubleValue() < low.doubleValue()) {
      throw wrong(setting, low, high, given);
    }
    return sorted(pair[0], pair[1]);
  }

  /**
   * The range that a setting means: two numbers in order; one number f stands for -f to f, or for 0 to f.
   *
   * @throws IllegalArgumentException if it is neither, or one is out of bounds
   */
  static List<Number> strict(
      String setting, Object given, Number low, Number high, boolean mirrored) {
    if (given instanceof Number n) {
      within(setting, n, low, high);
      Number size = mirrored ? absolute(n) : n;
      return List.of(mirrored ? negative(size) : Integer.valueOf(0), size);
    }
    Number[] pair = pair(setting, given, low, high);
    within(setting, pair[0], low, high);
    within(setting, pair[1], low, high);
    return sorted(pair[0], pair[1]);
  }

  private static void within(String setting, Number n, Number low, Number high) {
    if (!(n.doubleValue() >= low.doubleValue() && n.doubleValue() <= high.doubleValue())) {
      throw wrong(setting, low, high, n);
    }
  }

  private static Number[] pair(String setting, Object given, Number low, Number high) {
    if (given instanceof List<?> l
        && l.size() == 2
        && l.get(0) instanceof Number a
        && l.get(1) instanceof Number b) {
      return new Number[] {a, b};
    }
    throw wrong(setting, low, high, given);
  }
}
