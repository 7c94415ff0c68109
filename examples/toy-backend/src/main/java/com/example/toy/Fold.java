package com.example.toy;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/** Folds elements of a dtype into one. Floats are summed in double. */
abstract class Fold {
  /**
   * A fold.
   *
   * @param kind SUM (or ADD), PROD (or MUL), MAX, MIN, AND, OR
   */
  static Fold of(String kind, DType t) {
    String k = kind.equals("ADD") ? "SUM" : kind.equals("MUL") ? "PROD" : kind;
    return t.isComplex() ? new OfComplex(k) : t.isFloat() ? new OfFloats(k) : new OfIntegers(k, t);
  }

  /** Begins with what changes nothing. */
  abstract void start();

  abstract void add(NDArray x, int i);

  /** Writes what was folded so far. */
  abstract void end(NDArray out, int i);

  private static final class OfFloats extends Fold {
    private final String kind;
    private double value;

    OfFloats(String kind) {
      this.kind = kind;
    }

    @Override
    void start() {
      value = switch (kind) {
        case "SUM" -> 0;
        case "PROD" -> 1;
        case "MAX" -> Double.NEGATIVE_INFINITY;
        default -> Double.POSITIVE_INFINITY;
      };
    }

    @Override
    void add(NDArray x, int i) {
      double v = x.getDouble(i);
      value = switch (kind) {
        case "SUM" -> value + v;
        case "PROD" -> value * v;
        case "MAX" -> Math.max(value, v);
        default -> Math.min(value, v);
      };
    }

    @Override
    void end(NDArray out, int i) {
      out.setDouble(i, value);
    }
  }

  private static final class OfComplex extends Fold {
    private final boolean sum;
    private Complex value = Complex.ZERO;

    OfComplex(String kind) {
      sum = kind.equals("SUM");
    }

    @Override
    void start() {
      value = sum ? Complex.ZERO : Complex.ONE;
    }

    @Override
    void add(NDArray x, int i) {
      Complex v = Complex.at(x, i);
      value = sum ? value.plus(v) : value.times(v);
    }

    @Override
    void end(NDArray out, int i) {
      value.put(out, i);
    }
  }

  private static final class OfIntegers extends Fold {
    private final String kind;
    private final DType type;
    private long value;

    OfIntegers(String kind, DType type) {
      this.kind = kind;
      this.type = type;
    }

    @Override
    void start() {
      value = switch (kind) {
        case "SUM", "OR" -> 0;
        case "PROD" -> 1;
        case "AND" -> type.isBool() ? 1 : -1;
        case "MAX" -> Conversion.least(type);
        default -> Conversion.most(type);
      };
    }

    @Override
    void add(NDArray x, int i) {
      long v = x.getLong(i);
      value = switch (kind) {
        case "SUM" -> value + v;
        case "PROD" -> value * v;
        case "AND" -> value & v;
        case "OR" -> value | v;
        case "MAX" -> Elementwise.compare(type, v, value) > 0 ? v : value;
        default -> Elementwise.compare(type, v, value) < 0 ? v : value;
      };
    }

    @Override
    void end(NDArray out, int i) {
      out.setLong(i, value);
    }
  }
}
