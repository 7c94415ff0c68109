package org.keras4j.ops.internal.math;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.TopK;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Folds over groups of rows, largest elements, distances, error functions and complex views: the
 * functions of {@code keras.ops} that Keras calls math.
 */
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
      int n = (Integer) a.get(2);
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

  /** {@link #topK(Object, int, boolean)}, sorted. */
  public static List<Tensor> topK(Object x, int k) {
    return topK(x, k, true);
  }

  /**
   * The largest elements of the last axis and their places ({@code keras.ops.top_k}); of equal ones the
   * first come first.
   *
   * @param k how many, at most the size of the last axis
   * @param sorted whether they must descend; they always do
   * @return values {@code (..., k)} and int32 places {@code (..., k)}
   * @throws IllegalArgumentException if there are fewer than k
   */
  public static List<Tensor> topK(Object x, int k, boolean sorted) {
    return Op.call(
        "ops.top_k",
        a -> {
          Tensor t = a.tensor(0);
          int n = (Integer) a.get(1);
          if (t.rank() < 1 || n < 0 || (t.shape().last() >= 0 && n > t.shape().last())) {
            throw new IllegalArgumentException(a.name()
                + ": k must be from 0 to the size of the last axis of " + t.shape() + ", got " + n);
          }
          return Engine.bind(new TopK(n), List.of(t));
        },
        x,
        k,
        sorted);
  }

  /**
   * Whether fewer than k predictions exceed that of the target ({@code keras.ops.in_top_k}).
   *
   * @param targets numbers of classes {@code (batch,)}
   * @param predictions {@code (batch, classes)}
   * @return bools {@code (batch,)}; false where the target is no class or its prediction NaN
   */
  public static Tensor inTopK(Object targets, Object predictions, int k) {
    return Op.call(
        "ops.in_top_k",
        a -> {
          Tensor labels = a.tensor(0, DType.INT32);
          Tensor p = Dtypes.asFloat(a.tensor(1));
          if (p.rank() != labels.rank() + 1) {
            throw new IllegalArgumentException(
                a.name() + ": expected targets (batch,) and predictions (batch, classes), got "
                    + labels.shape() + " and " + p.shape());
          }
          Tensor hot = Prims.eq(Prims.expandDims(labels, -1), Prims.iotaOf(p, -1, DType.INT32));
          Tensor lowest = Prims.scalarLike(p, Double.NEGATIVE_INFINITY);
          Tensor own = Prims.maxKeep(Prims.select(hot, p, lowest), -1);
          own = Prims.select(Prims.ne(own, own), lowest, own);
          Tensor above = Prims.convert(Prims.gt(p, own), DType.INT32);
          Tensor rank = Prims.sum(above, -1);
          return Prims.lt(rank, Prims.scalar(DType.INT32, (long) (Integer) a.get(2)));
        },
        targets,
        predictions,
        k);
  }

  /** {@link #logsumexp(Object, Object, boolean)} of all elements. */
  public static Tensor logsumexp(Object x) {
    return logsumexp(x, null, false);
  }

  /** {@link #logsumexp(Object, Object, boolean)} without the axes. */
  public static Tensor logsumexp(Object x, @Nullable Object axis) {
    return logsumexp(x, axis, false);
  }

  /**
   * {@code log(sum(e^x))}, without overflow ({@code keras.ops.logsumexp}).
   *
   * @param axis an int, several, or null for all
   * @param keepdims whether the axes stay with size 1
   */
  public static Tensor logsumexp(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.logsumexp",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          int[] axes = Axes.of(a.get(1), t.rank());
          Tensor top = Prims.maxKeep(t, axes);
          // an infinity would make NaN of the difference
          Tensor finite = Prims.unary(UnaryKind.IS_FINITE, top);
          top = Prims.stopGradient(Prims.select(finite, top, Prims.scalarLike(top, 0)));
          Tensor sum = Prims.sumKeep(Prims.exp(Prims.sub(t, top)), axes);
          Tensor kept = Prims.add(Prims.log(sum), top);
          return (Boolean) a.get(2) ? kept : Prims.sum(kept, axes);
        },
        x,
        axis,
        keepdims);
  }

  /**
   * The Euclidean distances between all pairs of rows ({@code keras.ops.cdist}).
   *
   * @param x {@code (..., m, n)}
   * @param y {@code (..., k, n)}; the axes before the last two broadcast
   * @return {@code (..., m, k)}
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor cdist(Object x, Object y) {
    return Op.call(
        "ops.cdist",
        a -> {
          List<Tensor> t = Dtypes.common(a.tensor(0), a.tensor(1));
          Tensor p = t.get(0);
          Tensor q = t.get(1);
          if (p.rank() < 2
              || q.rank() < 2
              || !p.shape().slice(p.rank() - 1).isCompatible(q.shape().slice(q.rank() - 1))) {
            throw new IllegalArgumentException(
                a.name() + ": expected x (..., m, n) and y (..., k, n), got " + p.shape() + " and "
                    + q.shape());
          }
          Tensor d = Prims.sub(Prims.expandDims(p, -2), Prims.expandDims(q, -3));
          return Prims.sqrt(Prims.sum(Prims.square(d), -1));
        },
        x,
        y);
  }

  /** {@code 1 / sqrt(x)} ({@code keras.ops.rsqrt}). */
  public static Tensor rsqrt(Object x) {
    return Op.call("ops.rsqrt", a -> Prims.rsqrt(Dtypes.asFloat(a.tensor(0))), x);
  }

  /** The error function ({@code keras.ops.erf}). */
  public static Tensor erf(Object x) {
    return Op.call("ops.erf", a -> Prims.unary(UnaryKind.ERF, Dtypes.asFloat(a.tensor(0))), x);
  }

  /** One less the error function, exact where that is near 1 ({@code keras.ops.erfc}). */
  public static Tensor erfc(Object x) {
    return Op.call("ops.erfc", a -> Prims.unary(UnaryKind.ERFC, Dtypes.asFloat(a.tensor(0))), x);
  }

  /** The inverse of the error function ({@code keras.ops.erfinv}); NaN beyond -1 and 1. */
  public static Tensor erfinv(Object x) {
    return Op.call(
        "ops.erfinv", a -> Prims.unary(UnaryKind.ERF_INV, Dtypes.asFloat(a.tensor(0))), x);
  }

  /**
   * Pairs along the last axis as complex numbers ({@code keras.ops.view_as_complex}).
   *
   * @param x {@code (..., 2)}, real and imaginary parts
   * @return complex64 {@code (...)}, of float64 complex128
   * @throws IllegalArgumentException if the last axis has not size 2
   */
  public static Tensor viewAsComplex(Object x) {
    return Op.call(
        "ops.view_as_complex",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          if (t.rank() < 1 || t.shape().last() != 2) {
            throw new IllegalArgumentException(
                a.name() + ": expected a last axis of size 2, got shape " + t.shape());
          }
          Tensor wide = Prims.convert(t, t.dtype() == DType.FLOAT64 ? t.dtype() : DType.FLOAT32);
          return Prims.binary(
              BinaryKind.COMPLEX,
              Prims.sum(Prims.slice(wide, -1, 0, 1), -1),
              Prims.sum(Prims.slice(wide, -1, 1, 2), -1));
        },
        x);
  }

  /**
   * Real and imaginary parts along a new last axis ({@code keras.ops.view_as_real}).
   *
   * @return floats {@code (..., 2)}
   */
  public static Tensor viewAsReal(Object x) {
    return Op.call(
        "ops.view_as_real",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          boolean complex = t.dtype().isComplex();
          Tensor re = complex ? Prims.unary(UnaryKind.REAL, t) : t;
          Tensor im = complex ? Prims.unary(UnaryKind.IMAG, t) : Prims.zerosLike(t);
          return Prims.concat(List.of(Prims.expandDims(re, -1), Prims.expandDims(im, -1)), -1);
        },
        x);
  }
}
