package org.keras4j.ops.internal.numpy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Sort;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.composite.NumpyComposites;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Sorting and searching. Sorting is stable and puts NaN last. */
public final class SortingOps {
  private SortingOps() {}

  /** The elements in ascending order along the last axis. */
  public static Tensor sort(Object x) {
    return sort(x, -1);
  }

  /**
   * The elements in ascending order along an axis ({@code keras.ops.sort}).
   *
   * @param axis null sorts all elements
   */
  public static Tensor sort(Object x, @Nullable Integer axis) {
    return Op.call(
        "ops.sort",
        a -> {
          Tensor t = a.isGiven(1) ? a.tensor(0) : Prims.reshape(a.tensor(0), -1);
          int at = a.isGiven(1) ? Axes.one(Axes.integer(a.get(1)), t.rank()) : 0;
          return sorted(t, at);
        },
        x,
        axis);
  }

  /** The tensor sorted along an axis. */
  static Tensor sorted(Tensor t, int axis) {
    return Engine.bind1(new Sort(axis, false), t);
  }

  /** The int32 indices that sort a tensor along an axis. */
  static Tensor order(Tensor t, int axis) {
    Tensor i = Sizes.positions(t, axis);
    int[] added = new int[t.rank() - 1];
    int k = 0;
    for (int j = 0; j < t.rank(); j++) {
      if (j != axis) {
        added[k++] = j;
      }
    }
    Tensor places = Prims.broadcastLike(Prims.expandDims(i, added), t);
    return Engine.bind(new Sort(axis, false), List.of(t, places)).get(1);
  }

  /** The indices that sort along the last axis. */
  public static Tensor argsort(Object x) {
    return argsort(x, -1);
  }

  /**
   * The int32 indices that put the elements in ascending order along an axis ({@code
   * keras.ops.argsort}).
   *
   * @param axis null sorts all elements
   */
  public static Tensor argsort(Object x, @Nullable Integer axis) {
    return Op.call(
        "ops.argsort",
        a -> {
          Tensor t = a.tensor(0);
          boolean flat = !a.isGiven(1) || t.rank() == 0;
          return flat
              ? order(Prims.reshape(t, -1), 0)
              : order(t, Axes.one(Axes.integer(a.get(1)), t.rank()));
        },
        x,
        axis);
  }

  /** The indices that partition along the last axis. */
  public static Tensor argpartition(Object x, int kth) {
    return argpartition(x, kth, -1);
  }

  /**
   * The int32 indices that bring the {@code kth} smallest element (from 0) of an axis to its place, no
   * larger ones before it and no smaller ones after ({@code keras.ops.argpartition}). Those before come
   * in ascending order, those after in the order they stand.
   *
   * @param axis null partitions all elements
   */
  public static Tensor argpartition(Object x, int kth, @Nullable Integer axis) {
    return Op.call(
        "ops.argpartition",
        a -> {
          Tensor t = a.isGiven(2) ? a.tensor(0) : Prims.reshape(a.tensor(0), -1);
          int at = a.isGiven(2) ? Axes.one(Axes.integer(a.get(2)), t.rank()) : 0;
          long n = t.shape().dim(at);
          int k = Axes.integer(a.get(1));
          if (k < 0 && n >= 0) {
            k += (int) n;
          }
          if (k < 0 || (n >= 0 && k >= n)) {
            throw new IllegalArgumentException(
                "kth " + a.get(1) + " is out of range for axis " + at + " of shape " + t.shape());
          }
          Tensor byValue = order(t, at);
          Tensor rank = order(byValue, at);
          Tensor after = Prims.gt(rank, Prims.scalar(DType.INT32, (long) k));
          Tensor byPlace = order(Prims.convert(after, DType.INT32), at);
          return Prims.concat(
              List.of(
                  Prims.slice(byValue, at, 0, k + 1L),
                  Prims.slice(byPlace, at, k + 1L, Long.MAX_VALUE)),
              at);
        },
        x,
        kth,
        axis);
  }

  /** Where values go before equal ones. */
  public static Tensor searchsorted(Object sortedSequence, Object values) {
    return searchsorted(sortedSequence, values, "left");
  }

  /**
   * The int32 places in a sorted vector before which values keep it sorted ({@code
   * keras.ops.searchsorted}).
   *
   * @param side {@code "left"} of equal elements, or {@code "right"}
   */
  public static Tensor searchsorted(Object sortedSequence, Object values, String side) {
    return Op.call(
        "ops.searchsorted",
        a -> {
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          Object s = a.get(2);
          if (!"left".equals(s) && !"right".equals(s)) {
            throw new IllegalArgumentException("expected side 'left' or 'right', got " + s);
          }
          if (t[0].rank() != 1) {
            throw new IllegalArgumentException(
                "expected a sorted vector, got shape " + t[0].shape());
          }
          return placeIn(t[0], t[1], "right".equals(s));
        },
        sortedSequence,
        values,
        side);
  }

  /** How many elements of a vector lie before each value. */
  static Tensor placeIn(Tensor vector, Tensor values, boolean right) {
    return NumpyComposites.searchSorted(vector, values, right);
  }

  /**
   * The int32 number of the bin each element belongs to ({@code keras.ops.digitize}): {@code i} where
   * {@code bins[i-1] <= x < bins[i]}.
   *
   * @param bins the edges, a vector that rises (or falls: then {@code bins[i-1] > x >= bins[i]})
   */
  public static Tensor digitize(Object x, Object bins) {
    return Op.call(
        "ops.digitize",
        a -> {
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          Tensor edges = t[1];
          if (edges.rank() != 1) {
            throw new IllegalArgumentException(
                "expected a vector of edges, got shape " + edges.shape());
          }
          Tensor rising = placeIn(edges, t[0], true);
          if (edges.shape().dim(0) == 0 || edges.shape().dim(0) == 1) {
            return rising;
          }
          Tensor falling =
              Prims.sub(Prims.dimSize(edges, 0), placeIn(Prims.reverse(edges, 0), t[0], false));
          Tensor first = Prims.slice(edges, 0, 0, 1);
          Tensor last = Prims.slice(Prims.reverse(edges, 0), 0, 0, 1);
          Tensor rises = Prims.reshape(Prims.le(first, last));
          return Prims.select(rises, rising, falling);
        },
        x,
        bins);
  }
}
