package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Padding: elements added around a tensor. */
public final class PadOps {
  private PadOps() {}

  /** Zeros added around. */
  public static Tensor pad(Object x, Object padWidth) {
    return pad(x, padWidth, "constant", null);
  }

  /** Elements added around. */
  public static Tensor pad(Object x, Object padWidth, String mode) {
    return pad(x, padWidth, mode, null);
  }

  /**
   * Adds elements before and after the axes ({@code keras.ops.pad}).
   *
   * @param padWidth how many: pairs (before, after), one for each axis; or one pair, or one number, for
   *     all
   * @param mode {@code "constant"}; {@code "edge"} repeats the outermost element; {@code "reflect"}
   *     mirrors without it, {@code "symmetric"} with it; {@code "wrap"} goes on from the other end;
   *     {@code "linear_ramp"} falls to 0; {@code "maximum"}, {@code "minimum"}, {@code "mean"} of the
   *     axis; {@code "empty"}
   * @param constantValues a scalar, with mode {@code "constant"} only; null for 0
   */
  public static Tensor pad(
      Object x, Object padWidth, String mode, @Nullable Object constantValues) {
    return Op.call(
        "ops.pad",
        a -> {
          Tensor t = a.tensor(0);
          long[][] width = widths(a.get(1), t.rank());
          String how = a.text(2);
          if (a.isGiven(3) && !"constant".equals(how)) {
            throw new IllegalArgumentException(
                "constant values go with mode 'constant' only, got mode '" + how + "'");
          }
          return "constant".equals(how) || "empty".equals(how)
              ? constant(t, width, a.isGiven(3) ? a.tensor(3, t.dtype()) : null)
              : extended(t, width, String.valueOf(how));
        },
        x,
        padWidth,
        mode,
        constantValues);
  }

  private static long[][] widths(@Nullable Object w, int rank) {
    long[][] out = new long[rank][2];
    List<?> list = w instanceof List<?> l
        ? l
        : w instanceof Object[] o
            ? Arrays.asList(o)
            : Arrays.stream(Axes.longs(java.util.Objects.requireNonNull(w)))
                .boxed()
                .toList();
    boolean pairs = !list.isEmpty() && Axes.isSequence(list.get(0));
    if (pairs ? list.size() != rank && list.size() != 1 : list.size() > 2) {
      throw new IllegalArgumentException(
          "expected a pair of widths for each of " + rank + " axes, got " + list);
    }
    for (int i = 0; i < rank; i++) {
      Object of = pairs ? list.get(list.size() == 1 ? 0 : i) : list;
      long[] p = Axes.longs(java.util.Objects.requireNonNull(of));
      if (p.length == 0) {
        throw new IllegalArgumentException("expected widths (before, after), got none");
      }
      out[i][0] = p[0];
      out[i][1] = p[p.length - 1];
      if (p.length > 2 || p[0] < 0 || out[i][1] < 0) {
        throw new IllegalArgumentException(
            "expected widths (before, after) of at least 0, got " + Arrays.toString(p));
      }
    }
    return out;
  }

  private static Tensor constant(Tensor t, long[][] width, @Nullable Tensor value) {
    long[] low = new long[t.rank()];
    long[] high = new long[t.rank()];
    for (int i = 0; i < t.rank(); i++) {
      low[i] = width[i][0];
      high[i] = width[i][1];
    }
    Tensor v = value == null ? Prims.scalar(t.dtype(), 0L) : value;
    if (v.rank() != 0) {
      v = Prims.reshape(v, Shape.SCALAR);
    }
    return Engine.bind1(
        new Pad(LongList.of(low), LongList.of(high), LongList.of(new long[t.rank()])), t, v);
  }

  private static Tensor extended(Tensor t, long[][] width, String mode) {
    for (int axis = 0; axis < t.rank(); axis++) {
      long low = width[axis][0];
      long high = width[axis][1];
      if (low == 0 && high == 0) {
        continue;
      }
      long n = t.shape().dim(axis);
      long size = Math.addExact(Math.max(0, n), Math.addExact(low, high));
      Engine.requireRoom(t.spec().withShape(t.shape().with(axis, n < 0 ? n : size)));
      t = switch (mode) {
        case "edge", "reflect", "symmetric", "wrap" -> mirrored(t, axis, low, high, mode);
        case "linear_ramp" -> around(t, axis, ramp(t, axis, low, true), ramp(t, axis, high, false));
        case "maximum" -> filled(t, axis, low, high, ReductionOps.max(t, axis, true));
        case "minimum" -> filled(t, axis, low, high, ReductionOps.min(t, axis, true));
        case "mean" ->
          filled(t, axis, low, high, nearest(ReductionOps.mean(t, axis, true), t.dtype()));
        case "median" ->
          filled(t, axis, low, high, nearest(StatisticsOps.median(t, axis, true), t.dtype()));
        default ->
          throw new IllegalArgumentException("unknown mode '" + mode
              + "', expected 'constant', 'edge', 'reflect', 'symmetric', 'wrap',"
              + " 'linear_ramp', 'maximum', 'minimum', 'mean', 'median' or 'empty'");
      };
    }
    return t;
  }

  private static Tensor nearest(Tensor x, DType to) {
    return Prims.convert(to.isInteger() ? Prims.unary(UnaryKind.ROUND_EVEN, x) : x, to);
  }

  // picks elements of the axis itself
  private static Tensor mirrored(Tensor t, int axis, long low, long high, String mode) {
    long n = t.shape().dim(axis);
    if (n < 0) {
      return mirroredUnknown(t, axis, low, high, mode);
    }
    if (n == 0) {
      throw new IllegalArgumentException(
          "axis " + axis + " of shape " + t.shape() + " is empty and cannot be extended");
    }
    NDArray at = Engine.hostArray(DType.INT32, Shape.of(low + n + high));
    for (int i = 0; i < at.size(); i++) {
      at.setLong(i, place(i - low, n, mode));
    }
    return Prims.take(t, Engine.constant(at), axis);
  }

  private static long place(long i, long n, String mode) {
    switch (mode) {
      case "edge":
        return Math.max(0, Math.min(n - 1, i));
      case "wrap":
        return Math.floorMod(i, n);
      case "symmetric":
        long s = Math.floorMod(i, 2 * n);
        return s < n ? s : 2 * n - 1 - s;
      default:
        if (n == 1) {
          return 0;
        }
        long r = Math.floorMod(i, 2 * n - 2);
        return r < n ? r : 2 * n - 2 - r;
    }
  }

  // the pieces lie within the axis, as its size at run time must allow
  private static Tensor mirroredUnknown(Tensor t, int axis, long low, long high, String mode) {
    Tensor back = Prims.reverse(t, axis);
    Tensor before;
    Tensor after;
    switch (mode) {
      case "edge" -> {
        before = repeated(Prims.slice(t, axis, 0, 1), axis, low);
        after = repeated(Prims.slice(back, axis, 0, 1), axis, high);
      }
      case "wrap" -> {
        before = Prims.reverse(Prims.slice(back, axis, 0, low), axis);
        after = Prims.slice(t, axis, 0, high);
      }
      default -> {
        int skip = mode.equals("reflect") ? 1 : 0;
        before = Prims.reverse(Prims.slice(t, axis, skip, low + skip), axis);
        after = Prims.slice(back, axis, skip, high + skip);
      }
    }
    return around(t, axis, before, after);
  }

  private static Tensor repeated(Tensor one, int axis, long n) {
    return n == 0 ? Prims.slice(one, axis, 0, 0) : JoinOps.tiled(one, axis, n);
  }

  private static Tensor filled(Tensor t, int axis, long low, long high, Tensor value) {
    return around(t, axis, repeated(value, axis, low), repeated(value, axis, high));
  }

  private static Tensor ramp(Tensor t, int axis, long n, boolean before) {
    Tensor edge = Prims.slice(before ? t : Prims.reverse(t, axis), axis, 0, 1);
    List<Tensor> steps = new ArrayList<>();
    for (long i = 0; i < n; i++) {
      double share = (double) (before ? i : n - 1 - i) / n;
      steps.add(
          t.dtype().isFloat()
              ? Prims.mul(edge, share)
              : Prims.convert(
                  Prims.mul(Prims.convert(edge, Dtypes.floating(t.dtype())), share), t.dtype()));
    }
    return steps.isEmpty() ? Prims.slice(edge, axis, 0, 0) : Prims.concat(steps, axis);
  }

  private static Tensor around(Tensor t, int axis, Tensor before, Tensor after) {
    return Prims.concat(List.of(before, t, after), axis);
  }
}
