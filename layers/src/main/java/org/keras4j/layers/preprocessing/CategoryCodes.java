package org.keras4j.layers.preprocessing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseCodes;

/** Encodes integers from 0 to a depth. */
final class CategoryCodes {
  private CategoryCodes() {}

  /**
   * The code of a mode: {@code "int"} converts, {@code "one_hot"} adds an axis (or replaces a last one of size
   * 1), {@code "multi_hot"} tells which integers are there, {@code "count"} how often.
   *
   * @param weights for {@code "count"}: what each element counts, or null for 1
   * @param sparse whether the code is a sparse tensor
   */
  static Tensor encode(
      Tensor indices,
      String mode,
      int depth,
      DType dtype,
      @Nullable Tensor weights,
      boolean sparse) {
    if (mode.equals("int")) {
      return Prims.convert(indices, dtype);
    }
    Tensor x = indices.rank() == 0 ? Prims.expandDims(indices, 0) : indices;
    if (sparse) {
      return sparse(x, mode, depth, dtype, weights);
    }
    // the places of a few tokens among many: written one by one, not as vectors that are then
    // united
    boolean rows = x.rank() == 2 && x.shape().isKnown();
    switch (mode) {
      case "multi_hot":
        if (rows) {
          return marked(ScatterKind.SET, x, depth, Ops.ones(x.shape(), dtype));
        }
        return Ops.multiHot(x, depth, -1, dtype, false);
      case "one_hot":
        boolean last = x.rank() > 1 && x.shape().last() == 1;
        return Ops.oneHot(last ? Ops.squeeze(x, -1) : x, depth, -1, dtype, false);
      default:
        DType t = weights == null ? dtype : weights.dtype();
        if (rows && (weights == null || weights.shape().equals(x.shape()))) {
          return marked(
              ScatterKind.ADD, x, depth, weights == null ? Ops.ones(x.shape(), t) : weights);
        }
        Tensor hot = Ops.oneHot(x, depth, -1, t, false);
        hot = weights == null ? hot : Ops.multiply(hot, Prims.expandDims(weights, -1));
        return Ops.sum(hot, x.rank() > 1 ? 1 : 0);
    }
  }

  private static Tensor sparse(
      Tensor x, String mode, int depth, DType dtype, @Nullable Tensor weights) {
    return switch (mode) {
      case "multi_hot" -> SparseCodes.multiHot(x, depth, dtype);
      case "one_hot" -> {
        boolean last = x.rank() > 1 && x.shape().last() == 1;
        yield Ops.oneHot(last ? Ops.squeeze(x, -1) : x, depth, -1, dtype, true);
      }
      default -> SparseCodes.count(x, depth, weights, weights == null ? dtype : weights.dtype());
    };
  }

  /** Zeros {@code (batch, depth)} with an update at each index of {@code (batch, n)}; others are left out. */
  private static Tensor marked(ScatterKind kind, Tensor x, int depth, Tensor updates) {
    Tensor column = Prims.expandDims(Prims.convert(x, DType.INT32), -1);
    Tensor row = Prims.iota(column.shape(), 0, DType.INT32);
    Tensor zeros = Ops.zeros(Shape.of(x.shape().dim(0), depth), updates.dtype());
    return Prims.scatterNd(kind, zeros, Prims.concat(List.of(row, column), -1), updates);
  }
}
