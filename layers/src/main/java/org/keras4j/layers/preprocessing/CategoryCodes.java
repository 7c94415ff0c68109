package org.keras4j.layers.preprocessing;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** Encodes integers from 0 to a depth. */
final class CategoryCodes {
  private CategoryCodes() {}

  /**
   * The code of a mode: {@code "int"} converts, {@code "one_hot"} adds an axis (or replaces a last one of size
   * 1), {@code "multi_hot"} tells which integers are there, {@code "count"} how often.
   *
   * @param weights for {@code "count"}: what each element counts, or null for 1
   */
  static Tensor encode(
      Tensor indices, String mode, int depth, DType dtype, @Nullable Tensor weights) {
    if (mode.equals("int")) {
      return Prims.convert(indices, dtype);
    }
    Tensor x = indices.rank() == 0 ? Prims.expandDims(indices, 0) : indices;
    switch (mode) {
      case "multi_hot":
        return Ops.multiHot(x, depth, -1, dtype, false);
      case "one_hot":
        boolean last = x.rank() > 1 && x.shape().last() == 1;
        return Ops.oneHot(last ? Ops.squeeze(x, -1) : x, depth, -1, dtype, false);
      default:
        DType t = weights == null ? dtype : weights.dtype();
        Tensor hot = Ops.oneHot(x, depth, -1, t, false);
        hot = weights == null ? hot : Ops.multiply(hot, Prims.expandDims(weights, -1));
        return Ops.sum(hot, x.rank() > 1 ? 1 : 0);
    }
  }
}
