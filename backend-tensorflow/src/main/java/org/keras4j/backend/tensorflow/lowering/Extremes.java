package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/** The values that lose in a fold by maximum or minimum. */
final class Extremes {
  private Extremes() {}

  /** The largest value of a dtype (infinity for floats), or the smallest. */
  static NDArray of(DType t, boolean largest) {
    if (t == DType.FLOAT8_E4M3FN) { // has no infinity
      return NDArray.scalar(t, largest ? 448.0 : -448.0);
    }
    if (t.isFloat()) {
      return NDArray.scalar(t, largest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
    }
    if (t.isBool()) {
      return NDArray.scalar(t, largest ? 1L : 0L);
    }
    if (t.isUnsigned()) {
      return NDArray.scalar(t, largest ? -1L : 0L);
    }
    long smallest = Long.MIN_VALUE >> 64 - 8 * t.size();
    return NDArray.scalar(t, largest ? -(smallest + 1) : smallest);
  }
}
