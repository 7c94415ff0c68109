package org.keras4j.tck.draws;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Integers at the ends of their dtypes, around 0 and around their widths, for functions of two of them. */
final class CornerDraws {
  private static final Set<String> BINARY = Set.of(
      "add",
      "subtract",
      "multiply",
      "maximum",
      "minimum",
      "equal",
      "less",
      "greater_equal",
      "floor_divide",
      "mod",
      "fmod",
      "power",
      "gcd",
      "lcm",
      "bitwise_and",
      "bitwise_or",
      "bitwise_xor",
      "bitwise_left_shift",
      "bitwise_right_shift",
      "left_shift",
      "right_shift");
  private static final DType[] DTYPES = {
    DType.INT8, DType.INT16, DType.INT32, DType.UINT8, DType.UINT16, DType.UINT32, DType.INT64
  };

  private CornerDraws() {}

  static boolean takes(String function) {
    return BINARY.contains(function.replace("keras.ops.", ""));
  }

  static Draw draw(Dice d) {
    long[] s = d.shape(0, 3);
    DType a = d.one(DTYPES);
    DType b = d.rarely(3) ? d.one(DTYPES) : a;
    return Draw.of(corners(d, a, s), corners(d, b, d.fitting(s)));
  }

  private static NDArray corners(Dice d, DType t, long[] shape) {
    int bits = 8 * t.size();
    long last = t.isUnsigned() ? (1L << bits) - 1 : (1L << (bits - 1)) - 1;
    List<Long> of = new ArrayList<>(
        List.of(0L, 0L, 1L, 2L, 3L, 7L, bits - 1L, (long) bits, bits + 1L, last, last - 1));
    if (!t.isUnsigned()) {
      of.addAll(List.of(-1L, -2L, -3L, -7L, -last, -last - 1));
    }
    NDArray out = NDArray.zeros(t, Shape.of(shape));
    for (int i = 0; i < out.size(); i++) {
      out.setLong(i, of.get(d.in(0, of.size() - 1)));
    }
    return out;
  }
}
