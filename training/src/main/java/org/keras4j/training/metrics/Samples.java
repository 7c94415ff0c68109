package org.keras4j.training.metrics;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.losses.Reduction;

/**
 * Values folded to one a sample and weighted.
 *
 * @param values one a sample, already multiplied with its weight
 * @param weights one a sample, or null
 */
record Samples(Tensor values, @Nullable Tensor weights) {
  /**
   * Folds all axes but the first.
   *
   * @param mean whether by the mean, else by the sum
   */
  static Samples of(Object x, @Nullable Object sampleWeight, boolean mean, DType dtype) {
    Tensor mask = x instanceof Tensor t ? t.kerasMask() : null;
    Tensor values = Ops.convertToTensor(x, dtype);
    Tensor weights = null;
    if (sampleWeight != null) {
      weights = Ops.convertToTensor(sampleWeight, dtype);
      if (mask != null) {
        weights = Reduction.masked(weights, mask, dtype, "sum");
      }
      Reduction.Pair p = Reduction.sameRank(values, Objects.requireNonNull(weights));
      values = p.first();
      weights = p.second();
      int rank = weights.rank();
      if (values.rank() > rank) {
        values = fold(values, rank, mean);
      }
      weights = Prims.broadcastLike(weights, values);
      values = Ops.multiply(values, weights);
      if (rank > 1) {
        weights = fold(weights, 1, mean);
      }
    }
    return new Samples(values.rank() > 1 ? fold(values, 1, mean) : values, weights);
  }

  private static Tensor fold(Tensor x, int from, boolean mean) {
    int[] axes = IntList.range(from, x.rank()).toArray();
    return mean ? Ops.mean(x, axes) : Ops.sum(x, axes);
  }
}
