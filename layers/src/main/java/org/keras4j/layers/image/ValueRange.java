package org.keras4j.layers.image;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;

/** The least and the greatest value that pixels have. */
final class ValueRange {
  static final List<Number> BYTES = List.of(0, 255);
  static final List<Number> UNIT = List.of(0, 1);

  private ValueRange() {}

  /**
   * Two numbers in order.
   *
   * @throws IllegalArgumentException if there are not two
   */
  static List<Number> of(String layer, List<Number> given) {
    if (given.size() != 2 || !((List<?>) given).stream().allMatch(Number.class::isInstance)) {
      throw new IllegalArgumentException(
          layer + ": 'valueRange' expects two numbers, got " + given);
    }
    Number a = given.get(0);
    Number b = given.get(1);
    return a.doubleValue() <= b.doubleValue() ? List.of(a, b) : List.of(b, a);
  }

  private static double span(List<Number> range) {
    return range.get(1).doubleValue() - range.get(0).doubleValue();
  }

  private static boolean same(List<Number> a, List<Number> b) {
    return a.get(0).doubleValue() == b.get(0).doubleValue()
        && a.get(1).doubleValue() == b.get(1).doubleValue();
  }

  /** Values of one range as those of another, in the dtype unless the ranges are the same. */
  static Tensor rescale(Tensor images, List<Number> from, List<Number> to, DType dtype) {
    if (same(from, to)) {
      return images;
    }
    Tensor x = ArrayLike.convert(images, dtype);
    Tensor unit = Ops.divide(Ops.subtract(x, from.get(0).doubleValue()), span(from));
    return Ops.add(Ops.multiply(unit, span(to)), to.get(0).doubleValue());
  }

  static Tensor clip(Tensor images, List<Number> range) {
    return Ops.clip(images, range.get(0), range.get(1));
  }
}
