package org.keras4j.ops.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.primitive.DynamicSlice;
import org.keras4j.core.primitive.DynamicUpdateSlice;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseForms;

/** The functions of {@code keras.ops} that convert tensors, ask about them, and move blocks of them. */
public final class CoreOps {
  private CoreOps() {}

  // ---- conversion

  /** The value as a tensor of its own dtype. */
  public static Tensor convertToTensor(Object x) {
    return convertToTensor(x, null, null, null);
  }

  /** The value as a tensor of a dtype. */
  public static Tensor convertToTensor(Object x, @Nullable Object dtype) {
    return convertToTensor(x, dtype, null, null);
  }

  /**
   * The value as a tensor ({@code keras.ops.convert_to_tensor}); a tensor of the dtype comes back as it is.
   *
   * @param x a tensor, variable, array or number
   * @param dtype the dtype; null for that of {@code x}
   * @param sparse false makes a sparse tensor dense; true and null leave it as it is
   * @param ragged whether a ragged tensor may stay ragged; as there are none, not true
   */
  public static Tensor convertToTensor(
      Object x, @Nullable Object dtype, @Nullable Boolean sparse, @Nullable Boolean ragged) {
    if (Boolean.TRUE.equals(ragged)) {
      throw new IllegalArgumentException(
          "ops.convert_to_tensor: there are no ragged tensors, only rectangular ones");
    }
    return Op.call(
        "ops.convert_to_tensor",
        a -> {
          Tensor t = a.tensor(0, DType.from(a.get(1)));
          return Boolean.FALSE.equals(a.get(2)) ? SparseForms.dense(t) : t;
        },
        x,
        dtype,
        sparse,
        ragged);
  }

  /**
   * The numbers on the host ({@code keras.ops.convert_to_numpy}).
   *
   * @throws IllegalStateException if the tensor is symbolic
   */
  public static NDArray convertToNumpy(Object x) {
    if (x instanceof NDArray a) {
      return a;
    }
    try {
      return (x instanceof Tensor t ? t : ArrayLike.tensor(x)).toNDArray();
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new IllegalArgumentException("ops.convert_to_numpy: " + e.getMessage(), e.getCause()));
    }
  }

  /**
   * Converts elements ({@code keras.ops.cast}): floats to integers truncate toward zero, to bool is {@code !=
   * 0}, integers wrap. Floats beyond int4 and uint4 become their least or largest number, NaN becomes 0; beyond
   * wider integers what the backend makes of them, for which there is {@link #saturateCast}.
   *
   * @param dtype null for floatx
   */
  public static Tensor cast(Object x, @Nullable Object dtype) {
    return Op.call("ops.cast", a -> a.tensor(0, orFloatx(a.get(1))), x, dtype);
  }

  private static DType orFloatx(@Nullable Object dtype) {
    DType d = DType.from(dtype);
    return d == null ? Keras.floatx() : d;
  }

  /**
   * Converts elements, those out of range to the nearest value ({@code keras.ops.saturate_cast}).
   *
   * @param dtype null for floatx
   */
  public static Tensor saturateCast(Object x, @Nullable Object dtype) {
    return Op.call(
        "ops.saturate_cast", a -> SaturateCast.to(a.tensor(0), orFloatx(a.get(1))), x, dtype);
  }

  // ---- questions

  /** The shape ({@code keras.ops.shape}); in symbolic tensors a dimension may be unknown, -1. */
  public static Shape shape(Object x) {
    return specOf("ops.shape", x).shape();
  }

  /** The dtype ({@code keras.ops.dtype}), whose text is Keras's name. */
  public static DType dtype(Object x) {
    return specOf("ops.dtype", x).dtype();
  }

  // shape and dtype, of symbolic tensors also, for which no call is noted
  static TensorSpec specOf(String name, @Nullable Object x) {
    try {
      return ArrayLike.spec(x);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new IllegalArgumentException(name + ": " + e.getMessage(), e.getCause()));
    }
  }

  /** Whether the value is a tensor that holds, or will hold, numbers ({@code keras.ops.is_tensor}). */
  public static boolean isTensor(@Nullable Object x) {
    return x instanceof Tensor && !(x instanceof KerasTensor);
  }

  /** The same value, through which no gradient flows ({@code keras.ops.stop_gradient}). */
  public static Tensor stopGradient(Object variable) {
    return Op.call("ops.stop_gradient", a -> Prims.stopGradient(a.tensor(0)), variable);
  }

  // ---- blocks

  /**
   * A block of a tensor ({@code keras.ops.slice}).
   *
   * @param inputs the tensor
   * @param startIndices where the block starts, one integer an axis: an array, list or int tensor. A
   *     negative one counts from the end; one too large moves back so that the block fits
   * @param shape the block's sizes; -1 for all that follows a start, which must be a number then
   */
  public static Tensor slice(Object inputs, Object startIndices, Object shape) {
    return Op.call(
        "ops.slice",
        a -> sliceBlock(a, a.tensor(0), a.get(1), Axes.longs(a.get(2))),
        inputs,
        startIndices,
        shape);
  }

  private static Tensor sliceBlock(Op.Args a, Tensor x, @Nullable Object starts, long[] sizes) {
    rank(a, x, "shape", sizes.length);
    if (starts == null) {
      throw new IllegalArgumentException(a.name() + ": expected start_indices, got null");
    }
    long[] from = literal(starts);
    if (from != null) {
      rank(a, x, "start_indices", from.length);
      for (int i = 0; i < from.length; i++) {
        long n = x.shape().dim(i);
        from[i] = from[i] < 0 && n >= 0 ? Math.max(0, from[i] + n) : from[i];
        if (sizes[i] == Shape.UNKNOWN) {
          sizes[i] = n < 0 ? Long.MAX_VALUE : n - from[i];
        } else if (n >= 0 && sizes[i] > n) {
          throw new IllegalArgumentException(a.name() + ": a block of " + Arrays.toString(sizes)
              + " does not fit into " + x.shape());
        }
      }
      if (!x.shape().isKnown() && Arrays.stream(sizes).allMatch(s -> s < Long.MAX_VALUE)) {
        // where the block fits is known when the sizes are
        Tensor at = startVector(a, x, Arrays.stream(from).boxed().toList());
        return Engine.bind1(new DynamicSlice(LongList.of(sizes)), x, at);
      }
      return numberedBlock(x, from, sizes);
    }
    for (long s : sizes) {
      if (s < 0) {
        throw new IllegalArgumentException(
            a.name() + ": a size of -1 needs a start that is a number, not a tensor");
      }
    }
    return Engine.bind1(new DynamicSlice(LongList.of(sizes)), x, startVector(a, x, starts));
  }

  // axes of unknown sizes, of which all that follows is asked for, are assumed to hold the start
  private static Tensor numberedBlock(Tensor x, long[] from, long[] sizes) {
    long[] limit = new long[from.length];
    long[] stride = new long[from.length];
    for (int i = 0; i < from.length; i++) {
      long n = x.shape().dim(i);
      from[i] = n < 0 ? from[i] : Math.min(from[i], n - sizes[i]);
      limit[i] = sizes[i] == Long.MAX_VALUE ? Long.MAX_VALUE : from[i] + sizes[i];
      stride[i] = 1;
    }
    return Prims.slice(x, from, limit, stride);
  }

  private static void rank(Op.Args a, Tensor x, String what, int n) {
    if (n != x.rank()) {
      throw new IllegalArgumentException(a.name() + ": expected " + what
          + " with one entry for each axis of " + x.shape() + ", got " + n);
    }
  }

  /** The starts as numbers; null if they are tensors. */
  private static long @Nullable [] literal(@Nullable Object starts) {
    if (starts instanceof Tensor) {
      return null;
    }
    if (starts instanceof List<?> l && l.stream().anyMatch(e -> e instanceof Tensor)) {
      return null;
    }
    return Axes.longs(Objects.requireNonNull(starts));
  }

  /** The starts as an int32 vector, negative ones counted from the end. */
  private static Tensor startVector(Op.Args a, Tensor x, @Nullable Object starts) {
    List<Tensor> parts = new ArrayList<>();
    if (starts instanceof List<?> l) {
      for (Object e : l) {
        parts.add(Prims.reshape(ArrayLike.tensor(e, DType.INT32), 1));
      }
    }
    Tensor v = starts instanceof List
        ? parts.isEmpty() ? ArrayLike.tensor(NDArray.of(new int[0], 0)) : Prims.concat(parts, 0)
        : ArrayLike.tensor(starts, DType.INT32);
    if (v.rank() != 1 || v.shape().dim(0) != x.rank()) {
      throw new IllegalArgumentException(
          a.name() + ": expected start_indices with one entry for each axis of " + x.shape()
              + ", got " + v.spec());
    }
    if (x.rank() == 0) {
      return v;
    }
    List<Tensor> sizes = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      sizes.add(Prims.reshape(Prims.dimSize(x, i), 1));
    }
    return Prims.select(
        Prims.lt(v, Prims.scalar(DType.INT32, 0L)), Prims.add(v, Prims.concat(sizes, 0)), v);
  }

  /**
   * A tensor with a block of it replaced ({@code keras.ops.slice_update}).
   *
   * @param inputs the tensor
   * @param startIndices where the block starts, as in {@link #slice}
   * @param updates the block, of the rank of {@code inputs}; converted to its dtype
   */
  public static Tensor sliceUpdate(Object inputs, Object startIndices, Object updates) {
    return Op.call(
        "ops.slice_update",
        a -> {
          Tensor x = a.tensor(0);
          Tensor u = a.tensor(2, x.dtype());
          if (u.rank() != x.rank()) {
            throw new IllegalArgumentException(
                a.name() + ": expected updates of the rank of " + x.shape() + ", got " + u.shape());
          }
          long[] from = literal(a.get(1));
          Object starts = from == null ? a.get(1) : NDArray.of(from, from.length);
          return Engine.bind1(new DynamicUpdateSlice(), x, u, startVector(a, x, starts));
        },
        inputs,
        startIndices,
        updates);
  }

  /**
   * A tensor of zeros with values added at places ({@code keras.ops.scatter}).
   *
   * @param indices {@code (..., n)}: each tuple names a place along the first n axes
   * @param values {@code (..., rest)}, with the axes after the first n
   * @param shape of the result
   */
  public static Tensor scatter(Object indices, Object values, Object shape) {
    return Op.call(
        "ops.scatter",
        a -> {
          Tensor v = a.tensor(1);
          Tensor zeros = Prims.full(Shape.of(Axes.longs(a.get(2))), v.dtype(), 0);
          return scattered(a, ScatterKind.ADD, zeros, a.tensor(0), v);
        },
        indices,
        values,
        shape);
  }

  /** Replaces elements. */
  public static Tensor scatterUpdate(Object inputs, Object indices, Object updates) {
    return scatterUpdate(inputs, indices, updates, null);
  }

  /**
   * A tensor with elements or slices of it updated ({@code keras.ops.scatter_update}).
   *
   * @param inputs the tensor
   * @param indices {@code (..., n)}: each tuple names a place along the first n axes; negative ones count
   *     from the end, those out of bounds are left out
   * @param updates {@code (..., rest)}, with the axes after the first n, or what broadcasts to that
   * @param reduction how an update meets what is there: null (replaces it), {@code "add"}, {@code "max"},
   *     {@code "min"} or {@code "mul"}. The largest and the least of numbers with a NaN among them is NaN. Where
   *     updates replace one place several times, one of them stands there.
   */
  public static Tensor scatterUpdate(
      Object inputs, Object indices, Object updates, @Nullable String reduction) {
    return Op.call(
        "ops.scatter_update",
        a -> {
          Tensor x = a.tensor(0);
          return scattered(a, kind(reduction), x, a.tensor(1), a.tensor(2, x.dtype()));
        },
        inputs,
        indices,
        updates,
        reduction);
  }

  private static ScatterKind kind(@Nullable String reduction) {
    if (reduction == null) {
      return ScatterKind.SET;
    }
    return switch (reduction.toLowerCase(Locale.ROOT)) {
      case "add" -> ScatterKind.ADD;
      case "max" -> ScatterKind.MAX;
      case "min" -> ScatterKind.MIN;
      case "mul" -> ScatterKind.MUL;
      default ->
        throw new IllegalArgumentException(
            "ops.scatter_update: expected reduction null, 'add', 'max', 'min' or 'mul', got '"
                + reduction + "'");
    };
  }

  private static Tensor scattered(
      Op.Args a, ScatterKind kind, Tensor x, Tensor indices, Tensor updates) {
    if (!indices.dtype().isInteger() || indices.rank() == 0) {
      throw new IllegalArgumentException(
          a.name() + ": expected integer indices (..., n), got " + indices.spec());
    }
    int n = indices.shape().intDim(-1);
    if (n > x.rank()) {
      throw new IllegalArgumentException(
          a.name() + ": index tuples of " + n + " do not fit shape " + x.shape());
    }
    DType type = indices.dtype() == DType.INT64 ? DType.INT64 : DType.INT32;
    Tensor i = Prims.convert(indices, type);
    if (n > 0) {
      List<Tensor> sizes = new ArrayList<>();
      for (int k = 0; k < n; k++) {
        sizes.add(Prims.reshape(Prims.convert(Prims.dimSize(x, k), type), 1));
      }
      i = Prims.select(
          Prims.lt(i, Prims.scalar(type, 0L)), Prims.add(i, Prims.concat(sizes, 0)), i);
    }
    Shape want = i.shape().without(-1).concat(x.shape().slice(n));
    Tensor u = updates.shape().isCompatible(want) || !want.isKnown()
        ? updates
        : Prims.broadcastTo(updates, want);
    if (x.dtype().isBool() && kind != ScatterKind.SET) {
      Tensor y =
          Prims.scatterNd(kind, Prims.convert(x, DType.INT32), i, Prims.convert(u, DType.INT32));
      return Prims.convert(y, DType.BOOL);
    }
    return Prims.scatterNd(kind, x, i, u);
  }

  /** The slices along the first axis. */
  public static List<Tensor> unstack(Object x) {
    return unstack(x, null, 0);
  }

  /**
   * The slices along an axis, without it ({@code keras.ops.unstack}).
   *
   * @param num how many there are; null for the axis's size, which must be known then
   * @param axis the axis
   */
  public static List<Tensor> unstack(Object x, @Nullable Integer num, int axis) {
    return Op.call(
        "ops.unstack",
        a -> {
          Tensor t = a.tensor(0);
          long n = t.shape().dim(axis);
          if (n < 0 && num == null) {
            throw new IllegalArgumentException(
                a.name() + ": axis " + axis + " of shape " + t.shape() + " is unknown; give num");
          }
          if (n >= 0 && num != null && num != n) {
            throw new IllegalArgumentException(
                a.name() + ": expected an axis of size " + num + ", got shape " + t.shape());
          }
          List<Tensor> out = new ArrayList<>();
          for (long i = 0; i < (n < 0 ? num : n); i++) {
            Tensor one = Prims.slice(t, axis, i, i + 1);
            out.add(Prims.reshape(one, t.shape().without(axis)));
          }
          return out;
        },
        x,
        num,
        axis);
  }

  /** {@link #rearrange(Object, String, Map)} without lengths. */
  public static Tensor rearrange(Object tensor, String pattern) {
    return rearrange(tensor, pattern, Map.of());
  }

  /**
   * Splits, reorders and joins axes as a pattern says ({@code keras.ops.rearrange}): {@code "b (h p) c -> b
   * h (p c)"} splits the second axis in two, and joins the inner one with the last.
   *
   * @param pattern names of axes on both sides of {@code ->}, joined ones in parentheses
   * @param axesLengths sizes of axes that are split from others; one of a group may be left out
   * @throws IllegalArgumentException if the pattern is none, or does not fit the shape
   */
  public static Tensor rearrange(
      Object tensor, String pattern, Map<String, ? extends Object> axesLengths) {
    return Op.call(
        "ops.rearrange",
        a -> new Rearrangement(a.text(1)).apply(a.tensor(0), axesLengths),
        tensor,
        pattern,
        axesLengths);
  }
}
