package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dimensions;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/** Other arrangements of the same elements: reshaping, transposing, adding and dropping axes. */
public final class ShapeOps {
  private ShapeOps() {}

  /** {@link #reshape(Object, Object)} with the dimensions one by one. */
  public static Tensor reshape(Object x, long... dims) {
    return reshape(x, (Object) dims);
  }

  /**
   * The elements in C order under another shape ({@code keras.ops.reshape}).
   *
   * @param newshape the dimensions, of which one may be -1 for what is left; in a graph integer tensors, scalars
   *     in a list or a vector of known length, tell sizes that are known when it runs
   * @throws IllegalArgumentException if the number of elements does not fit
   */
  public static Tensor reshape(Object x, Object newshape) {
    return Op.call(
        "ops.reshape",
        a -> {
          List<?> open = Dimensions.parts(a.name(), a.get(1));
          return open == null
              ? fit(a.tensor(0), Axes.longs(a.get(1)))
              : Sizes.reshape(a.tensor(0), open);
        },
        x,
        newshape);
  }

  // where several sizes are unknown, those that keep their place keep their size
  private static Tensor fit(Tensor x, long[] dims) {
    Shape to = Shape.of(dims);
    long unknown = Arrays.stream(dims).filter(d -> d < 0).count();
    if (unknown <= 1) {
      return Prims.reshape(x, to);
    }
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] < 0 && i < x.rank() && x.shape().dim(i) < 0) {
        parts.add(Prims.dimSize(x, i));
      } else {
        parts.add(dims[i]);
      }
    }
    return Sizes.reshape(x, parts);
  }

  /** The axes in reverse order. */
  public static Tensor transpose(Object x) {
    return transpose(x, (Object) null);
  }

  /** {@link #transpose(Object, Object)} with the axes one by one. */
  public static Tensor transpose(Object x, int... permutation) {
    return transpose(x, (Object) permutation);
  }

  /**
   * The axes in another order ({@code keras.ops.transpose}).
   *
   * @param axes which axis comes first, second, ...; null reverses them
   */
  public static Tensor transpose(Object x, @Nullable Object axes) {
    return Op.call(
        "ops.transpose",
        a -> {
          Tensor t = a.tensor(0);
          int[] p;
          if (a.isGiven(1)) {
            p = Axes.of(a.get(1), t.rank());
            if (p.length != t.rank()) {
              throw new IllegalArgumentException(
                  "expected a permutation of " + t.rank() + " axes, got " + Arrays.toString(p));
            }
          } else {
            p = new int[t.rank()];
            for (int i = 0; i < p.length; i++) {
              p[i] = p.length - 1 - i;
            }
          }
          return Prims.transpose(t, p);
        },
        x,
        axes);
  }

  /**
   * Adds axes of size 1 ({@code keras.ops.expand_dims}).
   *
   * @param axis their places in the result, an integer or several
   */
  public static Tensor expandDims(Object x, Object axis) {
    return Op.call(
        "ops.expand_dims",
        a -> {
          Tensor t = a.tensor(0);
          int[] at = Axes.ints(a.get(1));
          return Prims.expandDims(t, Axes.of(at, t.rank() + at.length));
        },
        x,
        axis);
  }

  /** Drops all axes of size 1. */
  public static Tensor squeeze(Object x) {
    return squeeze(x, null);
  }

  /**
   * Drops axes of size 1 ({@code keras.ops.squeeze}).
   *
   * @param axis which; null for all whose size is known to be 1
   * @throws IllegalArgumentException if a named axis has another size
   */
  public static Tensor squeeze(Object x, @Nullable Object axis) {
    return Op.call(
        "ops.squeeze",
        a -> {
          Tensor t = a.tensor(0);
          boolean[] drop = new boolean[t.rank()];
          if (a.isGiven(1)) {
            for (int i : Axes.of(a.get(1), t.rank())) {
              long d = t.shape().dim(i);
              if (d != 1 && d >= 0) {
                throw new IllegalArgumentException(
                    "axis " + i + " of shape " + t.shape() + " has not size 1");
              }
              drop[i] = true;
            }
          } else {
            for (int i = 0; i < drop.length; i++) {
              drop[i] = t.shape().dim(i) == 1;
            }
          }
          return dropAxes(t, drop);
        },
        x,
        axis);
  }

  private static Tensor dropAxes(Tensor t, boolean[] drop) {
    List<Object> sizes = new ArrayList<>();
    for (int i = 0; i < drop.length; i++) {
      if (!drop[i]) {
        long d = t.shape().dim(i);
        sizes.add(d >= 0 ? (Object) d : Prims.dimSize(t, i));
      }
    }
    long unknown = sizes.stream().filter(s -> s instanceof Tensor).count();
    if (unknown <= 1) {
      long[] d = sizes.stream().mapToLong(s -> s instanceof Long n ? n : -1).toArray();
      return Prims.reshape(t, d);
    }
    return Sizes.reshape(t, sizes);
  }

  /** All elements in C order along one axis ({@code keras.ops.ravel}). */
  public static Tensor ravel(Object x) {
    return Op.call("ops.ravel", a -> Prims.reshape(a.tensor(0), -1), x);
  }

  /**
   * Moves axes to other places ({@code keras.ops.moveaxis}); the rest keep their order.
   *
   * @param source an axis, or several
   * @param destination their places in the result, as many
   */
  public static Tensor moveaxis(Object x, Object source, Object destination) {
    return Op.call(
        "ops.moveaxis",
        a -> {
          Tensor t = a.tensor(0);
          return Axes.moved(t, Axes.of(a.get(1), t.rank()), Axes.of(a.get(2), t.rank()));
        },
        x,
        source,
        destination);
  }

  /** Exchanges two axes ({@code keras.ops.swapaxes}). */
  public static Tensor swapaxes(Object x, int axis1, int axis2) {
    return Op.call(
        "ops.swapaxes",
        a -> Prims.swap(a.tensor(0), Axes.integer(a.get(1)), Axes.integer(a.get(2))),
        x,
        axis1,
        axis2);
  }

  /**
   * Repeats the elements to a shape by NumPy's rules ({@code keras.ops.broadcast_to}).
   *
   * @param shape its unknown dimensions are those of {@code x}; in a graph integer tensors, scalars in a list or
   *     a vector of known length, tell sizes that are known when it runs
   */
  public static Tensor broadcastTo(Object x, Object shape) {
    return Op.call(
        "ops.broadcast_to",
        a -> {
          Tensor t = a.tensor(0);
          if (Dimensions.parts(a.name(), a.get(1)) != null) {
            return Dimensions.of(a.name(), a.get(1)).repeat(t);
          }
          Shape to = Shape.of(Axes.longs(a.get(1)));
          if (to.rank() < t.rank()) {
            throw new IllegalArgumentException(
                "shape " + t.shape() + " does not broadcast to " + to);
          }
          return Prims.broadcastTo(t, to);
        },
        x,
        shape);
  }

  /** Reverses all axes. */
  public static Tensor flip(Object x) {
    return flip(x, null);
  }

  /** Reverses the order along axes, null for all ({@code keras.ops.flip}). */
  public static Tensor flip(Object x, @Nullable Object axis) {
    return Op.call(
        "ops.flip",
        a -> {
          Tensor t = a.tensor(0);
          return Prims.reverse(t, Axes.of(a.get(1), t.rank()));
        },
        x,
        axis);
  }

  /** Reverses the second axis ({@code keras.ops.fliplr}). */
  public static Tensor fliplr(Object x) {
    return Op.call("ops.fliplr", a -> Prims.reverse(a.tensor(0), 1), x);
  }

  /** Reverses the first axis ({@code keras.ops.flipud}). */
  public static Tensor flipud(Object x) {
    return Op.call("ops.flipud", a -> Prims.reverse(a.tensor(0), 0), x);
  }

  /** A quarter turn from the first axis toward the second. */
  public static Tensor rot90(Object array) {
    return rot90(array, 1, new int[] {0, 1});
  }

  /**
   * Turns by quarters in the plane of two axes ({@code keras.ops.rot90}).
   *
   * @param k how many quarters, from the first axis toward the second
   * @param axes two different axes
   */
  public static Tensor rot90(Object array, int k, Object axes) {
    return Op.call(
        "ops.rot90",
        a -> {
          Tensor t = a.tensor(0);
          int[] plane = t.rank() < 2 ? new int[0] : Axes.of(a.get(2), t.rank());
          if (plane.length != 2) {
            throw new IllegalArgumentException(
                "expected two different axes of a tensor of rank 2 or more, got shape "
                    + t.shape());
          }
          return switch (Math.floorMod(Axes.integer(a.get(1)), 4)) {
            case 1 -> Prims.swap(Prims.reverse(t, plane[1]), plane[0], plane[1]);
            case 2 -> Prims.reverse(t, plane);
            case 3 -> Prims.reverse(Prims.swap(t, plane[0], plane[1]), plane[1]);
            default -> t;
          };
        },
        array,
        k,
        axes);
  }

  /** The number of axes ({@code keras.ops.ndim}). */
  public static int ndim(Object x) {
    try {
      return ArrayLike.spec(x).rank();
    } catch (IllegalArgumentException e) {
      throw Failures.in("ops.ndim", e);
    }
  }

  /**
   * The number of elements as an int32 scalar ({@code keras.ops.size}), also where dimensions are
   * unknown.
   */
  public static Tensor size(Object x) {
    return Op.call("ops.size", a -> Sizes.of(a.tensor(0)), x);
  }

  /** Rolls the elements in C order. */
  public static Tensor roll(Object x, Object shift) {
    return roll(x, shift, null);
  }

  /**
   * Moves elements along axes, those beyond the end to the start ({@code keras.ops.roll}).
   *
   * @param shift how far, for each axis
   * @param axis an axis or several; null rolls the elements in C order
   */
  public static Tensor roll(Object x, Object shift, @Nullable Object axis) {
    return Op.call(
        "ops.roll",
        a -> {
          Tensor t = a.tensor(0);
          long[] by = Axes.longs(a.get(1));
          if (!a.isGiven(2)) {
            Tensor flat = Prims.reshape(t, -1);
            return unflatten(rolled(flat, by[0], 0), t);
          }
          int[] axes = Axes.ints(a.get(2));
          if (by.length != 1 && axes.length != 1 && by.length != axes.length) {
            throw new IllegalArgumentException(
                "got " + by.length + " shifts for " + axes.length + " axes");
          }
          for (int i = 0; i < Math.max(by.length, axes.length); i++) {
            int at = Axes.one(axes[axes.length == 1 ? 0 : i], t.rank());
            t = rolled(t, by[by.length == 1 ? 0 : i], at);
          }
          return t;
        },
        x,
        shift,
        axis);
  }

  /** The elements of a vector in the shape of another tensor. */
  static Tensor unflatten(Tensor flat, Tensor like) {
    List<Object> sizes = new ArrayList<>();
    for (int i = 0; i < like.rank(); i++) {
      long d = like.shape().dim(i);
      sizes.add(d >= 0 ? (Object) d : Prims.dimSize(like, i));
    }
    return Sizes.reshape(flat, sizes);
  }

  private static Tensor rolled(Tensor t, long by, int axis) {
    long n = t.shape().dim(axis);
    if (n == 0) {
      return t;
    }
    if (n > 0) {
      long k = Math.floorMod(by, n);
      return k == 0
          ? t
          : Prims.concat(
              List.of(Prims.slice(t, axis, n - k, n), Prims.slice(t, axis, 0, n - k)), axis);
    }
    Tensor size = Prims.dimSize(t, axis);
    Tensor at = Prims.sub(Sizes.count(size), Prims.scalar(DType.INT32, by));
    Tensor r = Prims.binary(BinaryKind.REM, at, size);
    Tensor wrapped =
        Prims.select(Prims.lt(r, Prims.scalar(DType.INT32, 0L)), Prims.add(r, size), r);
    return Prims.take(t, wrapped, axis);
  }
}
