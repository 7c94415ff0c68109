package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/**
 * Integers in the order of floats. Comparisons of the floats themselves would not do: NaN has no place in
 * them, and TensorFlow's kernels see the smallest numbers as zero.
 */
final class OrderedBits {
  private OrderedBits() {}

  /**
   * For each element an integer, the two zeros having one.
   *
   * @param nanLargest whether NaN comes after everything, else before
   */
  static Term of(TensorFlowOps o, Term x, boolean nanLargest) {
    DType t = x.dtype();
    if (t.isBool()) {
      return o.cast(x, DType.UINT8);
    }
    if (t.isComplex()) {
      throw new IllegalArgumentException("Complex numbers have no order, got " + x);
    }
    if (!t.isFloat()) {
      return x;
    }
    if (t.size() < 4) {
      return of(o, o.cast(x, DType.FLOAT32), nanLargest);
    }
    boolean wide = t == DType.FLOAT64;
    DType i = wide ? DType.INT64 : DType.INT32;
    Term most = o.constant(NDArray.scalar(i, wide ? Long.MAX_VALUE : (long) Integer.MAX_VALUE));
    Term bits = o.bits(x, i);
    // of negative numbers, the bits but for the sign count downwards from -1; from 0 with the 1
    // added
    Term sign = o.binary("RightShift", bits, o.scalar(i, wide ? 63L : 31L));
    Term key = o.sub(o.binary("BitwiseXor", bits, o.binary("BitwiseAnd", sign, most)), sign);
    Term nan = o.compare("NotEqual", x, x);
    return o.select(nan, o.constant(Extremes.of(i, nanLargest)), key);
  }
}
