package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.Prims;

/** Order statistics and correlation. */
public final class StatisticsOps {
  private StatisticsOps() {}

  /** The median of all elements. */
  public static Tensor median(Object x) {
    return median(x, null, false);
  }

  /** The middle element along axes, or the mean of the middle two, a float ({@code keras.ops.median}); NaN if there is one. */
  public static Tensor median(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.median", a -> middle(a, false), x, axis, keepdims);
  }

  /** The median of all elements but NaN. */
  public static Tensor nanmedian(Object x) {
    return nanmedian(x, null, false);
  }

  /** The median of the numbers along axes ({@code keras.ops.nanmedian}). */
  public static Tensor nanmedian(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call("ops.nanmedian", a -> middle(a, true), x, axis, keepdims);
  }

  private static Tensor middle(Op.Args a, boolean skipNan) {
    Tensor t = a.tensor(0, Dtypes.floating(a.get(0)));
    Tensor half = Prims.scalar(Dtypes.wide(t.dtype()), 0.5);
    return quantiles(t, half, a.get(1), "linear", Folds.keep(a, 2), skipNan);
  }

  /** The quantiles of all elements. */
  public static Tensor quantile(Object x, Object q) {
    return quantile(x, q, null, "linear", false);
  }

  /**
   * The element below which a share {@code q} of the elements along axes lies, a float ({@code
   * keras.ops.quantile}); NaN if there is one.
   *
   * @param q the share, from 0 to 1; of several the results stand along a new first axis
   * @param method what lies between two elements gives: {@code "linear"}, {@code "lower"}, {@code
   *     "higher"}, {@code "midpoint"} or {@code "nearest"}
   */
  public static Tensor quantile(
      Object x, Object q, @Nullable Object axis, String method, boolean keepdims) {
    return Op.call("ops.quantile", a -> share(a, 1, false), x, q, axis, method, keepdims);
  }

  /** The quantiles of all elements but NaN. */
  public static Tensor nanquantile(Object x, Object q) {
    return nanquantile(x, q, null, "linear", false);
  }

  /** The quantiles of the numbers along axes ({@code keras.ops.nanquantile}); as {@link #quantile(Object, Object, Object, String, boolean)}. */
  public static Tensor nanquantile(
      Object x, Object q, @Nullable Object axis, String method, boolean keepdims) {
    return Op.call("ops.nanquantile", a -> share(a, 1, true), x, q, axis, method, keepdims);
  }

  /** The percentiles of all elements. */
  public static Tensor percentile(Object x, Object q) {
    return percentile(x, q, null, "linear", false);
  }

  /** The quantile of {@code q} hundredths ({@code keras.ops.percentile}); as {@link #quantile(Object, Object, Object, String, boolean)}. */
  public static Tensor percentile(
      Object x, Object q, @Nullable Object axis, String method, boolean keepdims) {
    return Op.call("ops.percentile", a -> share(a, 0.01, false), x, q, axis, method, keepdims);
  }

  /** The percentiles of all elements but NaN. */
  public static Tensor nanpercentile(Object x, Object q) {
    return nanpercentile(x, q, null, "linear", false);
  }

  /** The percentiles of the numbers along axes ({@code keras.ops.nanpercentile}); as {@link #quantile(Object, Object, Object, String, boolean)}. */
  public static Tensor nanpercentile(
      Object x, Object q, @Nullable Object axis, String method, boolean keepdims) {
    return Op.call("ops.nanpercentile", a -> share(a, 0.01, true), x, q, axis, method, keepdims);
  }

  private static Tensor share(Op.Args a, double unit, boolean skipNan) {
    Tensor t = a.tensor(0, Dtypes.floating(a.get(0)));
    Tensor q = a.tensor(1, Dtypes.wide(t.dtype()));
    if (unit != 1) {
      q = Prims.div(q, 1 / unit);
    }
    if (q.rank() > 1) {
      throw new IllegalArgumentException("q must be a scalar or a vector, got shape " + q.shape());
    }
    return quantiles(t, q, a.get(2), a.text(3), Folds.keep(a, 4), skipNan);
  }

  private static Tensor quantiles(
      Tensor t, Tensor q, @Nullable Object axis, String method, boolean keepdims, boolean skipNan) {
    if (t.dtype().isComplex()) {
      throw new IllegalArgumentException("complex numbers have no order, got " + t.spec());
    }
    int[] axes = Axes.of(axis, t.rank());
    DType result = t.dtype();
    Tensor lines = lines(t, axes);
    int last = lines.rank() - 1;
    if (skipNan) {
      // no gradient reaches a NaN
      lines = Prims.select(ComparisonOps.nan(lines), Prims.scalarLike(lines, Double.NaN), lines);
    }
    if (lines.shape().dim(last) == 0) {
      throw new IllegalArgumentException("shape " + t.shape() + " has no elements to order");
    }
    Tensor sorted = SortingOps.sorted(lines, last);
    DType wide = q.dtype();
    Tensor isNan = ComparisonOps.nan(lines);
    Tensor size;
    if (skipNan) {
      size = Prims.reduceKeep(ReduceKind.SUM, Prims.convert(Prims.not(isNan), wide), last);
    } else {
      size = Prims.convert(Prims.dimSize(lines, last), wide);
    }
    Tensor at = Prims.mul(q, Prims.sub(size, 1)); // (..., q) by lines, or (q,)
    Tensor low = Prims.unary(UnaryKind.FLOOR, at);
    Tensor high = Prims.unary(UnaryKind.CEIL, at);
    Tensor weight = Prims.sub(at, low);
    Tensor top = Prims.sub(size, 1);
    Tensor from = element(sorted, low, top);
    Tensor to = element(sorted, high, top);
    Tensor r = between(from, to, weight, method, wide);
    if (!skipNan) {
      Tensor any = Prims.reduceKeep(ReduceKind.OR, isNan, last);
      any = q.rank() == 0 ? Prims.reduce(ReduceKind.OR, any, last) : any;
      r = Prims.select(any, Prims.scalarLike(r, Double.NaN), r);
    } else if (q.rank() == 0 && r.rank() == lines.rank()) {
      r = Prims.reduce(ReduceKind.SUM, r, last);
    }
    r = Prims.convert(r, result);
    if (q.rank() == 1) {
      r = Axes.moved(r, new int[] {r.rank() - 1}, new int[] {0});
    }
    if (keepdims) {
      int[] added = axes.clone();
      for (int i = 0; i < added.length; i++) {
        added[i] += q.rank();
      }
      r = Prims.expandDims(r, added);
    }
    return r;
  }

  /** The axes to fold as one last axis; the others stay in front. */
  private static Tensor lines(Tensor t, int[] axes) {
    if (axes.length == t.rank()) {
      return Prims.reshape(t, -1);
    }
    boolean[] folded = new boolean[t.rank()];
    for (int i : axes) {
      folded[i] = true;
    }
    int[] p = new int[t.rank()];
    int k = 0;
    List<Object> sizes = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      if (!folded[i]) {
        p[k++] = i;
        long d = t.shape().dim(i);
        sizes.add(d >= 0 ? (Object) d : Prims.dimSize(t, i));
      }
    }
    for (int i = 0; i < p.length; i++) {
      if (folded[i]) {
        p[k++] = i;
      }
    }
    if (axes.length == 1) {
      return Prims.transpose(t, p);
    }
    long n = 1;
    for (int i : axes) {
      n = n < 0 || t.shape().dim(i) < 0 ? -1 : n * t.shape().dim(i);
    }
    sizes.add(n >= 0 ? (Object) n : Sizes.of(t, axes));
    return Sizes.reshape(Prims.transpose(t, p), sizes);
  }

  // places are scalar or (q,) alike for all lines, or (..., 1) or (..., q) for each
  private static Tensor element(Tensor sorted, Tensor at, Tensor top) {
    Tensor zero = Prims.scalarLike(at, 0);
    Tensor i = Prims.convert(Prims.max(Prims.min(at, top), zero), DType.INT32);
    int last = sorted.rank() - 1;
    return at.rank() == sorted.rank() && top.rank() > 0
        ? Indices.take(sorted, i, last)
        : Prims.take(sorted, i, last);
  }

  private static Tensor between(Tensor from, Tensor to, Tensor weight, String method, DType wide) {
    Tensor a = Prims.convert(from, wide);
    Tensor b = Prims.convert(to, wide);
    return switch (method) {
      case "linear" ->
        // an infinity times a weight of 0 would be NaN
        Prims.select(
            Prims.eq(weight, Prims.scalarLike(weight, 0)),
            a,
            Prims.add(Prims.mul(a, Prims.sub(1, weight)), Prims.mul(b, weight)));
      case "lower" -> a;
      case "higher" -> b;
      case "midpoint" -> Prims.mul(Prims.add(a, b), 0.5);
      case "nearest" -> Prims.select(Prims.le(weight, Prims.scalarLike(weight, 0.5)), a, b);
      default ->
        throw new IllegalArgumentException(
            "expected method 'linear', 'lower', 'higher', 'midpoint' or 'nearest', got '" + method
                + "'");
    };
  }

  /**
   * The correlation coefficients of the rows of a matrix ({@code keras.ops.corrcoef}).
   *
   * @param x {@code (variables, observations)}, or a vector of one variable
   * @return {@code (variables, variables)}; of one variable the scalar 1
   */
  public static Tensor corrcoef(Object x) {
    return Op.call(
        "ops.corrcoef",
        a -> {
          Tensor t = a.tensor(0, Dtypes.floating(a.get(0)));
          if (t.rank() > 2) {
            throw new IllegalArgumentException(
                "expected a matrix of variables by observations, got shape " + t.shape());
          }
          Tensor rows = t.rank() == 2 ? t : Prims.reshape(t, 1, -1);
          Tensor d = Prims.sub(rows, Folds.mean(rows, new int[] {1}, true));
          Tensor c = Prims.dot(
              d,
              ElementaryOps.conjugated(d),
              new int[0],
              new int[0],
              new int[] {1},
              new int[] {1},
              null);
          Tensor s = Prims.sqrt(Diagonals.of(c, 0));
          Tensor r = Prims.div(Prims.div(c, Prims.expandDims(s, 1)), s);
          if (!r.dtype().isComplex()) {
            r = Prims.max(Prims.min(r, Prims.scalarLike(r, 1)), Prims.scalarLike(r, -1));
          }
          return rows.shape().dim(0) == 1 ? Prims.reshape(r, Shape.SCALAR) : r;
        },
        x);
  }
}
