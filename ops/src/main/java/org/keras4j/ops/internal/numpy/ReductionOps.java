package org.keras4j.ops.internal.numpy;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Folds along axes. {@code axis} is an integer, several, or null for all; with {@code keepdims} the
 * folded axes stay with size 1.
 */
public final class ReductionOps {
  private ReductionOps() {}

  /** The sum of all elements. */
  public static Tensor sum(Object x) {
    return sum(x, null, false);
  }

  /** The sum along axes. */
  public static Tensor sum(Object x, @Nullable Object axis) {
    return sum(x, axis, false);
  }

  /** The sum along axes ({@code keras.ops.sum}); integers below 32 bits and bools are summed in 32. */
  public static Tensor sum(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.sum",
        a -> {
          Tensor t = a.tensor(0, Dtypes.accumulated(a.spec(0).dtype()));
          if (t instanceof SparseTensor s) {
            return SparseProducts.sum(s, Axes.of(a.get(1), t.rank()), Folds.keep(a, 2));
          }
          return Folds.fold(ReduceKind.SUM, t, Axes.of(a.get(1), t.rank()), Folds.keep(a, 2));
        },
        x,
        axis,
        keepdims);
  }

  /** The mean of all elements. */
  public static Tensor mean(Object x) {
    return mean(x, null, false);
  }

  /** The mean along axes. */
  public static Tensor mean(Object x, @Nullable Object axis) {
    return mean(x, axis, false);
  }

  /** The mean along axes ({@code keras.ops.mean}), a float; of half-precision numbers summed in float32. */
  public static Tensor mean(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.mean",
        a -> {
          DType d = a.spec(0).dtype();
          DType result = d.isInteger() || d.isBool() ? Dtypes.promote(d, DType.FLOAT32) : d;
          Tensor t = a.tensor(0, Dtypes.wide(result));
          int[] axes = Axes.of(a.get(1), t.rank());
          if (t instanceof SparseTensor s) {
            return Prims.convert(SparseProducts.mean(s, axes, Folds.keep(a, 2)), result);
          }
          return Prims.convert(Folds.mean(t, axes, Folds.keep(a, 2)), result);
        },
        x,
        axis,
        keepdims);
  }

  /** The largest of all elements. */
  public static Tensor max(Object x) {
    return max(x, null, false, null);
  }

  /** The largest along axes. */
  public static Tensor max(Object x, @Nullable Object axis) {
    return max(x, axis, false, null);
  }

  /** The largest along axes. */
  public static Tensor max(Object x, @Nullable Object axis, boolean keepdims) {
    return max(x, axis, keepdims, null);
  }

  /**
   * The largest element along axes, NaN if there is one ({@code keras.ops.max}).
   *
   * @param initial a lower bound of the result; needed where an axis is empty
   */
  public static Tensor max(
      Object x, @Nullable Object axis, boolean keepdims, @Nullable Object initial) {
    return Op.call("ops.max", a -> extreme(ReduceKind.MAX, a), x, axis, keepdims, initial);
  }

  /** The smallest of all elements. */
  public static Tensor min(Object x) {
    return min(x, null, false, null);
  }

  /** The smallest along axes. */
  public static Tensor min(Object x, @Nullable Object axis) {
    return min(x, axis, false, null);
  }

  /** The smallest along axes. */
  public static Tensor min(Object x, @Nullable Object axis, boolean keepdims) {
    return min(x, axis, keepdims, null);
  }

  /**
   * The smallest element along axes, NaN if there is one ({@code keras.ops.min}).
   *
   * @param initial an upper bound of the result; needed where an axis is empty
   */
  public static Tensor min(
      Object x, @Nullable Object axis, boolean keepdims, @Nullable Object initial) {
    return Op.call("ops.min", a -> extreme(ReduceKind.MIN, a), x, axis, keepdims, initial);
  }

  static Tensor extreme(ReduceKind kind, Op.Args a) {
    Tensor t = a.tensor(0);
    int[] axes = Axes.of(a.get(1), t.rank());
    Folds.requireElements(a, t, axes, a.isGiven(3));
    Tensor r = Folds.fold(kind, t, axes, Folds.keep(a, 2));
    if (!a.isGiven(3)) {
      return r;
    }
    Tensor bound = a.tensor(3, r.dtype());
    return kind == ReduceKind.MAX ? Prims.max(r, bound) : Prims.min(r, bound);
  }

  /** The largest of all elements. */
  public static Tensor amax(Object x) {
    return amax(x, null, false);
  }

  /** The largest element along axes ({@code keras.ops.amax}). */
  public static Tensor amax(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.amax", a -> plainExtreme(ReduceKind.MAX, a), x, axis, keepdims);
  }

  /** The smallest of all elements. */
  public static Tensor amin(Object x) {
    return amin(x, null, false);
  }

  /** The smallest element along axes ({@code keras.ops.amin}). */
  public static Tensor amin(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.amin", a -> plainExtreme(ReduceKind.MIN, a), x, axis, keepdims);
  }

  private static Tensor plainExtreme(ReduceKind kind, Op.Args a) {
    Tensor t = a.tensor(0);
    int[] axes = Axes.of(a.get(1), t.rank());
    Folds.requireElements(a, t, axes, false);
    return Folds.fold(kind, t, axes, Folds.keep(a, 2));
  }

  /** The largest minus the smallest of all elements. */
  public static Tensor ptp(Object x) {
    return ptp(x, null, false);
  }

  /** The largest minus the smallest element along axes ({@code keras.ops.ptp}). */
  public static Tensor ptp(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.ptp",
        a -> Prims.sub(plainExtreme(ReduceKind.MAX, a), plainExtreme(ReduceKind.MIN, a)),
        x,
        axis,
        keepdims);
  }

  /** The product of all elements. */
  public static Tensor prod(Object x) {
    return prod(x, null, false, null);
  }

  /** The product along axes. */
  public static Tensor prod(Object x, @Nullable Object axis) {
    return prod(x, axis, false, null);
  }

  /**
   * The product along axes ({@code keras.ops.prod}).
   *
   * @param dtype of factors and product; null for that of {@code x}, at least 32 bits of integers
   */
  public static Tensor prod(
      Object x, @Nullable Object axis, boolean keepdims, @Nullable Object dtype) {
    return Op.call(
        "ops.prod",
        a -> {
          DType d = DType.from(a.get(3));
          Tensor t = a.tensor(0, d == null ? Dtypes.accumulated(a.spec(0).dtype()) : d);
          ReduceKind kind = t.dtype().isBool() ? ReduceKind.AND : ReduceKind.PROD;
          return Folds.fold(kind, t, Axes.of(a.get(1), t.rank()), Folds.keep(a, 2));
        },
        x,
        axis,
        keepdims,
        dtype);
  }

  /** Whether all elements are true. */
  public static Tensor all(Object x) {
    return all(x, null, false);
  }

  /** Whether all along axes are true. */
  public static Tensor all(Object x, @Nullable Object axis) {
    return all(x, axis, false);
  }

  /** Whether all elements along axes are true, numbers counting as {@code != 0} ({@code keras.ops.all}). */
  public static Tensor all(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.all", a -> logical(ReduceKind.AND, a), x, axis, keepdims);
  }

  /** Whether any element is true. */
  public static Tensor any(Object x) {
    return any(x, null, false);
  }

  /** Whether any along axes is true. */
  public static Tensor any(Object x, @Nullable Object axis) {
    return any(x, axis, false);
  }

  /** Whether any element along axes is true, numbers counting as {@code != 0} ({@code keras.ops.any}). */
  public static Tensor any(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.any", a -> logical(ReduceKind.OR, a), x, axis, keepdims);
  }

  private static Tensor logical(ReduceKind kind, Op.Args a) {
    Tensor t = a.tensor(0, DType.BOOL);
    return Folds.fold(kind, t, Axes.of(a.get(1), t.rank()), Folds.keep(a, 2));
  }

  /** How many elements are not 0. */
  public static Tensor countNonzero(Object x) {
    return countNonzero(x, null);
  }

  /** How many elements along axes are not 0, int32 ({@code keras.ops.count_nonzero}). */
  public static Tensor countNonzero(Object x, @Nullable Object axis) {
    return Op.call(
        "ops.count_nonzero",
        a -> {
          Tensor t = Prims.convert(a.tensor(0, DType.BOOL), DType.INT32);
          return Prims.sum(t, Axes.of(a.get(1), t.rank()));
        },
        x,
        axis);
  }

  /** The place of the largest element in C order. */
  public static Tensor argmax(Object x) {
    return argmax(x, null, false);
  }

  /** The place of the largest along an axis. */
  public static Tensor argmax(Object x, @Nullable Integer axis) {
    return argmax(x, axis, false);
  }

  /**
   * The int32 index of the largest element along an axis, the first of several ({@code
   * keras.ops.argmax}).
   *
   * @param axis null counts all elements in C order
   */
  public static Tensor argmax(Object x, @Nullable Integer axis, boolean keepdims) {
    return Op.call("ops.argmax", a -> place(true, a.tensor(0), a), x, axis, keepdims);
  }

  /** The place of the smallest element in C order. */
  public static Tensor argmin(Object x) {
    return argmin(x, null, false);
  }

  /** The place of the smallest along an axis. */
  public static Tensor argmin(Object x, @Nullable Integer axis) {
    return argmin(x, axis, false);
  }

  /** The int32 index of the smallest element along an axis ({@code keras.ops.argmin}); as {@link #argmax(Object, Integer, boolean)}. */
  public static Tensor argmin(Object x, @Nullable Integer axis, boolean keepdims) {
    return Op.call("ops.argmin", a -> place(false, a.tensor(0), a), x, axis, keepdims);
  }

  static Tensor place(boolean max, Tensor t, Op.Args a) {
    t = t.dtype().isBool() ? Prims.convert(t, DType.INT32) : ordered(t);
    if (a.isGiven(1) && t.rank() > 0) {
      int axis = Axes.one(Axes.integer(a.get(1)), t.rank());
      Tensor r = Prims.argReduce(max, t, axis);
      return Folds.keep(a, 2) ? Prims.expandDims(r, axis) : r;
    }
    Tensor r = Prims.argReduce(max, Prims.reshape(t, -1), 0);
    if (!Folds.keep(a, 2) || t.rank() == 0) {
      return r;
    }
    return Prims.expandDims(
        r, org.keras4j.core.primitive.IntList.range(0, t.rank()).toArray());
  }

  // some engines take the smallest numbers for 0: a negative one still shows its sign
  private static Tensor ordered(Tensor t) {
    if (!t.dtype().isFloat() || t.rank() == 0) {
      return t;
    }
    Tensor x = Prims.convert(t, Dtypes.wide(t.dtype()));
    Tensor zero = Prims.eq(x, Prims.scalarLike(x, 0));
    double least = x.dtype() == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    return Prims.select(
        Prims.and(zero, ArithmeticOps.negativeSign(x)), Prims.scalarLike(x, -least), x);
  }

  /** The variance of all elements. */
  public static Tensor var(Object x) {
    return var(x, null, false);
  }

  /** The variance along axes. */
  public static Tensor var(Object x, @Nullable Object axis) {
    return var(x, axis, false);
  }

  /** The mean squared distance from the mean along axes, no integer ({@code keras.ops.var}). */
  public static Tensor var(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.var",
        a -> {
          DType d = Dtypes.floating(a.get(0));
          return Prims.convert(variance(a), d);
        },
        x,
        axis,
        keepdims);
  }

  /** The standard deviation of all elements. */
  public static Tensor std(Object x) {
    return std(x, null, false);
  }

  /** The standard deviation along axes. */
  public static Tensor std(Object x, @Nullable Object axis) {
    return std(x, axis, false);
  }

  /** The root of the variance along axes ({@code keras.ops.std}). */
  public static Tensor std(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.std",
        a -> {
          DType d = Dtypes.floating(a.get(0));
          return Prims.convert(Prims.sqrt(variance(a)), d.isComplex() ? Dtypes.realOf(d) : d);
        },
        x,
        axis,
        keepdims);
  }

  private static Tensor variance(Op.Args a) {
    Tensor t = a.tensor(0, Dtypes.wide(Dtypes.floating(a.get(0))));
    int[] axes = Axes.of(a.get(1), t.rank());
    Tensor d = Prims.sub(t, Folds.mean(t, axes, true));
    return Folds.mean(Dtypes.squaredModulus(d), axes, Folds.keep(a, 2));
  }

  /** The mean of all elements. */
  public static Tensor average(Object x) {
    return average(x, null, null);
  }

  /**
   * The weighted mean along axes, a float ({@code keras.ops.average}).
   *
   * @param weights of the shape of {@code x}, or of one axis; null for equal ones
   */
  public static Tensor average(Object x, @Nullable Object axis, @Nullable Object weights) {
    return Op.call(
        "ops.average",
        a -> {
          if (!a.isGiven(2)) {
            DType d = Dtypes.floating(a.get(0));
            Tensor t = a.tensor(0, Dtypes.wide(d));
            return Prims.convert(Folds.mean(t, Axes.of(a.get(1), t.rank()), false), d);
          }
          DType d = Dtypes.promote(a.get(0), a.get(2), Dtypes.WEAK_FLOAT);
          Tensor t = a.tensor(0, Dtypes.wide(d));
          Tensor w = a.tensor(2, Dtypes.wide(d));
          int[] axes = Axes.of(a.get(1), t.rank());
          if (w.rank() != t.rank()) {
            w = alongAxis(w, t, axes);
          }
          w = Prims.broadcastLike(w, t);
          Tensor sum = Prims.sum(Prims.mul(t, w), axes);
          return Prims.convert(Prims.div(sum, Prims.sum(w, axes)), d);
        },
        x,
        axis,
        weights);
  }

  private static Tensor alongAxis(Tensor w, Tensor t, int[] axes) {
    if (w.rank() != 1 || axes.length != 1) {
      throw new IllegalArgumentException("weights of shape " + w.shape()
          + " belong neither to all of shape " + t.shape() + " nor to one axis");
    }
    int[] added = new int[t.rank() - 1];
    int k = 0;
    for (int i = 0; i < t.rank(); i++) {
      if (i != axes[0]) {
        added[k++] = i;
      }
    }
    return Prims.expandDims(w, added);
  }
}
