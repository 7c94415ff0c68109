package org.keras4j.ops.internal.math;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Folds over groups of rows ({@code keras.ops.segment_sum} and the like). */
public final class SegmentOps {
  private SegmentOps() {}

  /** {@link #segmentSum(Object, Object, Integer, boolean)} of unsorted segments. */
  public static Tensor segmentSum(Object data, Object segmentIds, @Nullable Integer numSegments) {
    return segmentSum(data, segmentIds, numSegments, false);
  }

  /**
   * The sum of each group of rows ({@code keras.ops.segment_sum}); 0 where a group is empty.
   *
   * @param data {@code (n, ...)}
   * @param segmentIds the group of each row, integers {@code (n,)}; rows of groups that there are not are
   *     passed over
   * @param numSegments how many groups there are; null for one more than the largest, outside graphs
   * @param sorted a hint that the groups ascend
   * @return {@code (numSegments, ...)}
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor segmentSum(
      Object data, Object segmentIds, @Nullable Integer numSegments, boolean sorted) {
    return segments("ops.segment_sum", ScatterKind.ADD, data, segmentIds, numSegments, sorted);
  }

  /** {@link #segmentMax(Object, Object, Integer, boolean)} of unsorted segments. */
  public static Tensor segmentMax(Object data, Object segmentIds, @Nullable Integer numSegments) {
    return segmentMax(data, segmentIds, numSegments, false);
  }

  /**
   * The largest element of each group of rows ({@code keras.ops.segment_max}); the dtype's smallest where
   * a group is empty. Arguments as in {@link #segmentSum(Object, Object, Integer, boolean)}.
   */
  public static Tensor segmentMax(
      Object data, Object segmentIds, @Nullable Integer numSegments, boolean sorted) {
    return segments("ops.segment_max", ScatterKind.MAX, data, segmentIds, numSegments, sorted);
  }

  /** {@link #segmentMin(Object, Object, Integer, boolean)} of unsorted segments. */
  public static Tensor segmentMin(Object data, Object segmentIds, @Nullable Integer numSegments) {
    return segmentMin(data, segmentIds, numSegments, false);
  }

  /**
   * The smallest element of each group of rows ({@code keras.ops.segment_min}); the dtype's largest where
   * a group is empty. Arguments as in {@link #segmentSum(Object, Object, Integer, boolean)}.
   */
  public static Tensor segmentMin(
      Object data, Object segmentIds, @Nullable Integer numSegments, boolean sorted) {
    return segments("ops.segment_min", ScatterKind.MIN, data, segmentIds, numSegments, sorted);
  }

  /** {@link #segmentProd(Object, Object, Integer, boolean)} of unsorted segments. */
  public static Tensor segmentProd(Object data, Object segmentIds, @Nullable Integer numSegments) {
    return segmentProd(data, segmentIds, numSegments, false);
  }

  /**
   * The product of each group of rows ({@code keras.ops.segment_prod}); 1 where a group is empty.
   * Arguments as in {@link #segmentSum(Object, Object, Integer, boolean)}.
   */
  public static Tensor segmentProd(
      Object data, Object segmentIds, @Nullable Integer numSegments, boolean sorted) {
    return segments("ops.segment_prod", ScatterKind.MUL, data, segmentIds, numSegments, sorted);
  }

  private static Tensor segments(
      String name,
      ScatterKind kind,
      Object data,
      Object segmentIds,
      @Nullable Integer numSegments,
      boolean sorted) {
    return Op.call(name, a -> segment(a, kind), data, segmentIds, numSegments, sorted);
  }

  private static Tensor segment(Op.Args a, ScatterKind kind) {
    Tensor x = a.tensor(0);
    Tensor ids = a.tensor(1);
    ids = ids.dtype() == DType.INT64 ? ids : Prims.convert(ids, DType.INT32);
    if (ids.rank() != 1 || x.rank() < 1 || !ids.shape().isCompatible(x.shape().slice(0, 1))) {
      throw new IllegalArgumentException(
          a.name() + ": expected data (n, ...) and segment_ids (n,), got " + x.shape() + " and "
              + ids.shape());
    }
    boolean bool = x.dtype().isBool();
    Tensor numbers = bool ? Prims.convert(x, DType.INT32) : x;
    int n = segmentCount(a, ids);
    Tensor start = rows(numbers, n, Prims.convert(identity(kind, x.dtype()), numbers.dtype()));
    Tensor out = Prims.scatterNd(kind, start, Prims.expandDims(ids, -1), numbers);
    return bool ? Prims.convert(out, DType.BOOL) : out;
  }

  private static int segmentCount(Op.Args a, Tensor ids) {
    if (a.isGiven(2)) {
      int n = a.integer(2);
      if (n < 0) {
        throw new IllegalArgumentException(
            a.name() + ": num_segments must be at least 0, got " + n);
      }
      return n;
    }
    if (!(ids instanceof EagerTensor)) {
      throw new IllegalArgumentException(
          a.name() + ": num_segments must be given where segment_ids are symbolic");
    }
    long most = -1;
    for (long id : ids.toNDArray().toLongArray()) {
      most = Math.max(most, id);
    }
    return Math.toIntExact(most + 1);
  }

  // n rows like those of x, with one value everywhere
  private static Tensor rows(Tensor x, int n, Tensor value) {
    Shape to = x.shape().with(0, n);
    if (to.isKnown()) {
      return Prims.broadcastTo(value, to);
    }
    Tensor some = Prims.take(x, Engine.constant(NDArray.of(new int[n])), 0);
    return Prims.broadcastLike(value, some);
  }

  private static Tensor identity(ScatterKind kind, DType t) {
    switch (kind) {
      case ADD:
        return Prims.scalar(t, 0L);
      case MUL:
        return Prims.scalar(t, 1L);
      default:
        return extreme(t, kind == ScatterKind.MIN);
    }
  }

  /** The largest or smallest number of a dtype, of floats an infinity. */
  static Tensor extreme(DType t, boolean largest) {
    if (t.isBool()) {
      return Prims.scalar(t, largest ? 1L : 0L);
    }
    if (t.isFloat()) {
      return Prims.scalar(t, largest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
    }
    int bits = 8 * t.size();
    if (t.isUnsigned()) {
      return Prims.scalar(t, largest ? -1L >>> (64 - bits) : 0L);
    }
    return Prims.scalar(t, largest ? -1L >>> (65 - bits) : -1L << (bits - 1));
  }
}
