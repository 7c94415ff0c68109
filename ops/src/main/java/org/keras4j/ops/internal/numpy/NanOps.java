package org.keras4j.ops.internal.numpy;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Prims;

/** Folds that pass over NaN. {@code axis} is an integer, several, or null for all. */
public final class NanOps {
  private NanOps() {}

  /** The tensor with NaN replaced. */
  static Tensor without(Tensor t, double value) {
    return t.dtype().isFloat() || t.dtype().isComplex()
        ? Prims.select(ComparisonOps.nan(t), Prims.scalarLike(t, value), t)
        : t;
  }

  /** The sum of all elements but NaN. */
  public static Tensor nansum(Object x) {
    return nansum(x, null, false);
  }

  /** The sum along axes, NaN counting as 0 ({@code keras.ops.nansum}). */
  public static Tensor nansum(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.nansum", a -> accumulate(ReduceKind.SUM, a, 0), x, axis, keepdims);
  }

  /** The product of all elements but NaN. */
  public static Tensor nanprod(Object x) {
    return nanprod(x, null, false);
  }

  /** The product along axes, NaN counting as 1 ({@code keras.ops.nanprod}). */
  public static Tensor nanprod(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.nanprod", a -> accumulate(ReduceKind.PROD, a, 1), x, axis, keepdims);
  }

  private static Tensor accumulate(ReduceKind kind, Op.Args a, double identity) {
    Tensor t = without(a.tensor(0, Dtypes.accumulated(a.spec(0).dtype())), identity);
    return Folds.fold(kind, t, Axes.of(a.get(1), t.rank()), Folds.keep(a, 2));
  }

  /** The largest of all elements but NaN. */
  public static Tensor nanmax(Object x) {
    return nanmax(x, null, false);
  }

  /** The largest number along axes ({@code keras.ops.nanmax}); NaN where there is none. */
  public static Tensor nanmax(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.nanmax", a -> extremeNumber(ReduceKind.MAX, a), x, axis, keepdims);
  }

  /** The smallest of all elements but NaN. */
  public static Tensor nanmin(Object x) {
    return nanmin(x, null, false);
  }

  /** The smallest number along axes ({@code keras.ops.nanmin}); NaN where there is none. */
  public static Tensor nanmin(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.nanmin", a -> extremeNumber(ReduceKind.MIN, a), x, axis, keepdims);
  }

  private static Tensor extremeNumber(ReduceKind kind, Op.Args a) {
    Tensor t = a.tensor(0);
    int[] axes = Axes.of(a.get(1), t.rank());
    Folds.requireElements(a, t, axes, false);
    if (!t.dtype().isFloat()) {
      return Folds.fold(kind, t, axes, Folds.keep(a, 2));
    }
    double least = kind == ReduceKind.MAX ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    Tensor r = Folds.fold(kind, without(t, least), axes, Folds.keep(a, 2));
    Tensor none = Folds.fold(ReduceKind.AND, ComparisonOps.nan(t), axes, Folds.keep(a, 2));
    return Prims.select(none, Prims.scalarLike(r, Double.NaN), r);
  }

  /** The mean of all elements but NaN. */
  public static Tensor nanmean(Object x) {
    return nanmean(x, null, false);
  }

  /** The mean of the numbers along axes, a float ({@code keras.ops.nanmean}). */
  public static Tensor nanmean(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.nanmean",
        a -> {
          DType d = Dtypes.floating(a.get(0));
          Tensor t = a.tensor(0, Dtypes.wide(d));
          return Prims.convert(meanOfNumbers(t, Axes.of(a.get(1), t.rank()), Folds.keep(a, 2)), d);
        },
        x,
        axis,
        keepdims);
  }

  private static Tensor meanOfNumbers(Tensor t, int[] axes, boolean keepdims) {
    Tensor n = Folds.fold(
        ReduceKind.SUM, Prims.convert(Prims.not(ComparisonOps.nan(t)), t.dtype()), axes, keepdims);
    return Prims.div(Folds.fold(ReduceKind.SUM, without(t, 0), axes, keepdims), n);
  }

  /** The variance of all elements but NaN. */
  public static Tensor nanvar(Object x) {
    return nanvar(x, null, false);
  }

  /** The variance of the numbers along axes, a float ({@code keras.ops.nanvar}). */
  public static Tensor nanvar(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.nanvar",
        a -> Prims.convert(varianceOfNumbers(a), Dtypes.realOf(Dtypes.floating(a.get(0)))),
        x,
        axis,
        keepdims);
  }

  /** The standard deviation of all elements but NaN. */
  public static Tensor nanstd(Object x) {
    return nanstd(x, null, false);
  }

  /** The standard deviation of the numbers along axes, a float ({@code keras.ops.nanstd}). */
  public static Tensor nanstd(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.nanstd",
        a -> Prims.convert(
            Prims.sqrt(varianceOfNumbers(a)), Dtypes.realOf(Dtypes.floating(a.get(0)))),
        x,
        axis,
        keepdims);
  }

  private static Tensor varianceOfNumbers(Op.Args a) {
    Tensor t = a.tensor(0, Dtypes.wide(Dtypes.floating(a.get(0))));
    int[] axes = Axes.of(a.get(1), t.rank());
    Tensor n = Folds.fold(
        ReduceKind.SUM,
        Prims.convert(Prims.not(ComparisonOps.nan(t)), t.dtype()),
        axes,
        Folds.keep(a, 2));
    // NaN is replaced before squaring, since the gradient of its square is NaN even times 0
    Tensor d = Prims.sub(t, meanOfNumbers(t, axes, true));
    d = Prims.select(ComparisonOps.nan(t), Prims.scalarLike(d, 0), d);
    Tensor squares = Folds.fold(ReduceKind.SUM, Dtypes.squaredModulus(d), axes, Folds.keep(a, 2));
    return Prims.div(squares, Prims.convert(n, squares.dtype()));
  }

  /** The place of the largest element but NaN in C order. */
  public static Tensor nanargmax(Object x) {
    return nanargmax(x, null, false);
  }

  /**
   * The int32 index of the largest number along an axis ({@code keras.ops.nanargmax}); -1 where there
   * is none.
   */
  public static Tensor nanargmax(Object x, @Nullable Integer axis, boolean keepdims) {
    return Op.call("ops.nanargmax", a -> placeOfNumber(true, a), x, axis, keepdims);
  }

  /** The place of the smallest element but NaN in C order. */
  public static Tensor nanargmin(Object x) {
    return nanargmin(x, null, false);
  }

  /** The int32 index of the smallest number along an axis ({@code keras.ops.nanargmin}); -1 where there is none. */
  public static Tensor nanargmin(Object x, @Nullable Integer axis, boolean keepdims) {
    return Op.call("ops.nanargmin", a -> placeOfNumber(false, a), x, axis, keepdims);
  }

  private static Tensor placeOfNumber(boolean max, Op.Args a) {
    Tensor t = a.tensor(0);
    if (!t.dtype().isFloat()) {
      return ReductionOps.place(max, t, a);
    }
    double least = max ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    Tensor r = ReductionOps.place(max, without(t, least), a);
    Tensor none = Folds.fold(
        ReduceKind.AND, ComparisonOps.nan(t), Axes.of(a.get(1), t.rank()), Folds.keep(a, 2));
    return Prims.select(none, Prims.scalar(DType.INT32, -1L), r);
  }

  /** All axes of a tensor. */
  static int[] allAxes(Tensor t) {
    return IntList.range(0, t.rank()).toArray();
  }
}
