package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dimensions;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Parts;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Joining, splitting and repeating tensors. */
public final class JoinOps {
  private static final int FEW = 8;
  private static final int MANY = 1 << 16;

  private JoinOps() {}

  /** Joins along the first axis. */
  public static Tensor concatenate(Object xs) {
    return concatenate(xs, 0);
  }

  /**
   * Joins a list of tensors along an axis ({@code keras.ops.concatenate}).
   *
   * @param xs tensors of shapes equal but for that axis; their dtypes combine. Of sparse ones alone the result is sparse, of
   *     sparse and dense ones dense
   */
  public static Tensor concatenate(Object xs, int axis) {
    return Op.call(
        "ops.concatenate",
        a -> {
          List<Tensor> parts = Parts.promoted(a, 0);
          int at = Axes.one(Axes.integer(a.get(1)), parts.get(0).rank());
          return parts.stream().anyMatch(SparseTensor.class::isInstance)
              ? SparseProducts.concat(parts, at)
              : Prims.concat(parts, at);
        },
        xs,
        axis);
  }

  /** Joins along a new first axis. */
  public static Tensor stack(Object xs) {
    return stack(xs, 0);
  }

  /**
   * Joins a list of tensors of one shape along a new axis ({@code keras.ops.stack}).
   *
   * @param x the tensors; their dtypes combine
   */
  public static Tensor stack(Object x, int axis) {
    return Op.call(
        "ops.stack",
        a -> {
          List<Tensor> parts = new ArrayList<>();
          for (Tensor t : Parts.promoted(a, 0)) {
            parts.add(Prims.expandDims(t, Axes.one(Axes.integer(a.get(1)), t.rank() + 1)));
          }
          return Prims.concat(
              parts, Axes.one(Axes.integer(a.get(1)), parts.get(0).rank()));
        },
        x,
        axis);
  }

  /** Joins the elements of both in C order. */
  public static Tensor append(Object x1, Object x2) {
    return append(x1, x2, null);
  }

  /**
   * Joins two tensors ({@code keras.ops.append}).
   *
   * @param axis null joins their elements in C order
   */
  public static Tensor append(Object x1, Object x2, @Nullable Integer axis) {
    return Op.call(
        "ops.append",
        a -> {
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          if (!a.isGiven(2)) {
            return Prims.concat(List.of(Prims.reshape(t[0], -1), Prims.reshape(t[1], -1)), 0);
          }
          return Prims.concat(List.of(t), Axes.one(Axes.integer(a.get(2)), t[0].rank()));
        },
        x1,
        x2,
        axis);
  }

  // each with at least as many axes as given, new ones of size 1 as NumPy puts them
  private static Tensor join(Op.Args a, int rank, int axis) {
    List<Tensor> parts = new ArrayList<>();
    for (Tensor t : Parts.promoted(a, 0)) {
      if (t.rank() == 0) {
        t = Prims.expandDims(t, 0);
      }
      if (t.rank() == 1 && rank > 1) {
        t = Prims.expandDims(t, 0);
      }
      if (t.rank() == 2 && rank > 2) {
        t = Prims.expandDims(t, 2);
      }
      parts.add(t);
    }
    return Prims.concat(parts, parts.get(0).rank() == 1 ? 0 : axis);
  }

  /** Joins along the second axis, vectors along their first ({@code keras.ops.hstack}). */
  public static Tensor hstack(Object xs) {
    return Op.call("ops.hstack", a -> join(a, 1, 1), xs);
  }

  /** Joins along the first axis, vectors being rows ({@code keras.ops.vstack}). */
  public static Tensor vstack(Object xs) {
    return Op.call("ops.vstack", a -> join(a, 2, 0), xs);
  }

  /**
   * Joins along the third axis, vectors of {@code n} being {@code (1, n, 1)}, matrices {@code (m, n,
   * 1)} ({@code keras.ops.dstack}).
   */
  public static Tensor dstack(Object xs) {
    return Op.call("ops.dstack", a -> join(a, 3, 2), xs);
  }

  /**
   * Joins along the second axis, vectors being columns ({@code keras.ops.column_stack}).
   *
   * @param xs tensors of at least one axis, {@code (n,)} or {@code (n, m, ...)}
   * @return {@code (n, all columns, ...)}, of the dtype that all combine to
   * @throws IllegalArgumentException if one is a scalar, or shapes differ in another axis
   */
  public static Tensor columnStack(Object xs) {
    return Op.call(
        "ops.column_stack",
        a -> {
          List<Tensor> parts = new ArrayList<>();
          for (Tensor t : Parts.promoted(a, 0)) {
            if (t.rank() == 0) {
              throw new IllegalArgumentException(
                  a.name() + ": expected tensors of at least one axis, got a scalar");
            }
            parts.add(t.rank() == 1 ? Prims.expandDims(t, 1) : t);
          }
          return Prims.concat(parts, 1);
        },
        xs);
  }

  /** Splits along the first axis. */
  public static List<Tensor> split(Object x, Object indicesOrSections) {
    return split(x, indicesOrSections, 0);
  }

  /**
   * Cuts along an axis ({@code keras.ops.split}).
   *
   * @param indicesOrSections an integer, into how many equal parts; or the places to cut at
   * @throws IllegalArgumentException if the axis does not divide into equal parts
   */
  public static List<Tensor> split(Object x, Object indicesOrSections, int axis) {
    return Op.call(
        "ops.split",
        a -> cut(a.tensor(0), a.given(1), Axes.integer(a.get(2)), true),
        x,
        indicesOrSections,
        axis);
  }

  /** Splits along the first axis into nearly equal parts. */
  public static List<Tensor> arraySplit(Object x, Object indicesOrSections) {
    return arraySplit(x, indicesOrSections, 0);
  }

  /**
   * Cuts along an axis ({@code keras.ops.array_split}) as {@link #split(Object, Object, int)}, but the
   * first parts are larger by one where the axis does not divide.
   */
  public static List<Tensor> arraySplit(Object x, Object indicesOrSections, int axis) {
    return Op.call(
        "ops.array_split",
        a -> cut(a.tensor(0), a.given(1), Axes.integer(a.get(2)), false),
        x,
        indicesOrSections,
        axis);
  }

  /** Cuts along the second axis, vectors along their first ({@code keras.ops.hsplit}). */
  public static List<Tensor> hsplit(Object x, Object indicesOrSections) {
    return Op.call(
        "ops.hsplit",
        a -> {
          Tensor t = a.tensor(0);
          return cut(t, a.given(1), t.rank() == 1 ? 0 : 1, true);
        },
        x,
        indicesOrSections);
  }

  /** Cuts along the first axis ({@code keras.ops.vsplit}). */
  public static List<Tensor> vsplit(Object x, Object indicesOrSections) {
    return Op.call("ops.vsplit", a -> cut(a.tensor(0), a.given(1), 0, true), x, indicesOrSections);
  }

  /** Cuts along the third axis ({@code keras.ops.dsplit}). */
  public static List<Tensor> dsplit(Object x, Object indicesOrSections) {
    return Op.call("ops.dsplit", a -> cut(a.tensor(0), a.given(1), 2, true), x, indicesOrSections);
  }

  private static List<Tensor> cut(Tensor t, Object at, int axis, boolean equal) {
    int i = Axes.one(axis, t.rank());
    long n = t.shape().dim(i);
    List<Tensor> out = new ArrayList<>();
    long from = 0;
    if (Axes.isSequence(at)) {
      for (long to : Axes.longs(at)) {
        long end = n < 0 ? to : Math.min(to < 0 ? Math.max(0, to + n) : to, n);
        if (end < 0) {
          throw new IllegalArgumentException(
              "an axis of unknown size is not cut from its end, got index " + to);
        }
        out.add(Prims.slice(t, i, Math.min(from, end), end));
        from = end;
      }
      out.add(Prims.slice(t, i, from, Long.MAX_VALUE));
      return out;
    }
    int parts = Axes.integer(at);
    if (parts <= 0) {
      throw new IllegalArgumentException("expected at least one part, got " + parts);
    }
    if (n < 0) {
      return cutUnknown(t, parts, i);
    }
    if (equal && n % parts != 0) {
      throw new IllegalArgumentException("axis " + i + " of shape " + t.shape()
          + " does not divide into " + parts + " equal parts");
    }
    for (int k = 0; k < parts; k++) {
      long to = from + n / parts + (k < n % parts ? 1 : 0);
      out.add(Prims.slice(t, i, from, to));
      from = to;
    }
    return out;
  }

  // equal parts of an axis whose size is known at run time only
  private static List<Tensor> cutUnknown(Tensor t, int parts, int axis) {
    Tensor size = Prims.div(Prims.dimSize(t, axis), Prims.scalar(DType.INT32, (long) parts));
    Tensor first = Sizes.count(size);
    List<Tensor> out = new ArrayList<>();
    for (int k = 0; k < parts; k++) {
      Tensor start = Prims.mul(size, Prims.scalar(DType.INT32, (long) k));
      out.add(Prims.take(t, Prims.add(first, start), axis));
    }
    return out;
  }

  /**
   * Repeats the whole tensor along its axes ({@code keras.ops.tile}).
   *
   * @param repeats how often, an integer or one for each axis; shorter ones count for the last axes,
   *     longer ones add axes in front; in a graph integer tensors, scalars in a list or a vector of known
   *     length, may tell them when it runs
   */
  public static Tensor tile(Object x, Object repeats) {
    return Op.call(
        "ops.tile",
        a -> {
          Tensor t = a.tensor(0);
          List<?> r = Dimensions.parts(a.name(), a.get(1));
          if (r == null) {
            r = Arrays.stream(Axes.longs(a.get(1))).boxed().toList();
          }
          while (t.rank() < r.size()) {
            t = Prims.expandDims(t, 0);
          }
          for (int i = 0; i < r.size(); i++) {
            int axis = t.rank() - r.size() + i;
            if (Dimensions.isOpen(r.get(i))) {
              t = tiled(t, axis, Dimensions.scalar(a.name(), ArrayLike.tensor(r.get(i))));
            } else {
              long n = Axes.longInteger(r.get(i));
              t = n == 0 ? Prims.slice(t, axis, 0, 0) : tiled(t, axis, n);
            }
          }
          return t;
        },
        x,
        repeats);
  }

  // as often as an int32 scalar tells when the graph runs
  private static Tensor tiled(Tensor t, int axis, Tensor times) {
    Shape wide = t.shape().insert(axis, Shape.UNKNOWN);
    List<Tensor> told = new ArrayList<>();
    List<Object> sizes = new ArrayList<>();
    for (int i = 0; i < t.rank(); i++) {
      long known = t.shape().dim(i);
      Tensor size = known < 0 ? Prims.dimSize(t, i) : Prims.scalar(DType.INT32, known);
      if (i == axis) {
        told.add(times);
        sizes.add(Prims.mul(size, times));
      } else {
        sizes.add(known < 0 ? size : known);
      }
      if (known < 0) {
        told.add(size);
      }
    }
    Tensor many = new Dimensions(wide, told).repeat(Prims.expandDims(t, axis));
    return Sizes.reshape(many, sizes);
  }

  /** The tensor so many times along an axis. */
  static Tensor tiled(Tensor t, int axis, long times) {
    Shape s = t.shape();
    if (times <= FEW || (!s.isKnown() && times <= MANY)) {
      return Prims.concat(Collections.nCopies((int) times, t), axis);
    }
    if (!s.isKnown()) {
      throw new IllegalArgumentException(
          "repeats of at most " + MANY + " where the shape is " + s + ", got " + times);
    }
    Tensor wide = Prims.broadcastTo(Prims.expandDims(t, axis), s.insert(axis, times));
    return Prims.reshape(wide, s.with(axis, Math.multiplyExact(s.dim(axis), times)));
  }

  /** Repeats each of the elements in C order. */
  public static Tensor repeat(Object x, Object repeats) {
    return repeat(x, repeats, null);
  }

  /**
   * Repeats each element along an axis ({@code keras.ops.repeat}).
   *
   * @param repeats how often, an integer or one for each position of the axis
   * @param axis null repeats the elements in C order
   */
  public static Tensor repeat(Object x, Object repeats, @Nullable Integer axis) {
    return Op.call(
        "ops.repeat",
        a -> {
          Tensor t = a.tensor(0);
          if (!a.isGiven(2)) {
            t = Prims.reshape(t, -1);
          }
          int i = a.isGiven(2) ? Axes.one(Axes.integer(a.get(2)), t.rank()) : 0;
          return repeated(t, Axes.longs(a.get(1)), i);
        },
        x,
        repeats,
        axis);
  }

  private static Tensor repeated(Tensor t, long[] times, int axis) {
    long n = t.shape().dim(axis);
    if (times.length == 1) {
      Shape to = n < 0 ? t.shape() : t.shape().with(axis, Math.multiplyExact(n, times[0]));
      Engine.requireRoom(t.spec().withShape(to));
      Tensor index = Prims.expandDims(Sizes.positions(t, axis), 1);
      Tensor each = Prims.add(index, Prims.full(Shape.of(1, times[0]), DType.INT32, 0));
      return Prims.take(t, Prims.reshape(each, n < 0 ? -1 : to.dim(axis)), axis);
    }
    if (n >= 0 && n != times.length) {
      throw new IllegalArgumentException(
          "got " + times.length + " repeats for axis " + axis + " of shape " + t.shape());
    }
    long sum = 0;
    for (long k : times) {
      sum = Math.addExact(sum, k);
    }
    Engine.requireRoom(t.spec().withShape(t.shape().with(axis, sum)));
    NDArray index = Engine.hostArray(DType.INT32, Shape.of(sum));
    int at = 0;
    for (int i = 0; i < times.length; i++) {
      for (long k = 0; k < times[i]; k++) {
        index.setLong(at++, i);
      }
    }
    return Prims.take(t, Engine.constant(index), axis);
  }
}
