package org.keras4j.ops.internal.numpy;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Prims;

/** Running folds, differences and integrals along an axis. */
public final class CumulativeOps {
  private CumulativeOps() {}

  /** The running sum of all elements in C order. */
  public static Tensor cumsum(Object x) {
    return cumsum(x, null, null);
  }

  /** The running sum along an axis. */
  public static Tensor cumsum(Object x, @Nullable Integer axis) {
    return cumsum(x, axis, null);
  }

  /**
   * The running sum along an axis ({@code keras.ops.cumsum}).
   *
   * @param axis null runs over all elements in C order
   * @param dtype of summands and sum; null for that of {@code x}, int32 for bools
   */
  public static Tensor cumsum(Object x, @Nullable Integer axis, @Nullable Object dtype) {
    return Op.call("ops.cumsum", a -> running(CumulativeKind.SUM, a, false), x, axis, dtype);
  }

  /** The running product of all elements in C order. */
  public static Tensor cumprod(Object x) {
    return cumprod(x, null, null);
  }

  /** The running product along an axis. */
  public static Tensor cumprod(Object x, @Nullable Integer axis) {
    return cumprod(x, axis, null);
  }

  /** The running product along an axis ({@code keras.ops.cumprod}); as {@link #cumsum(Object, Integer, Object)}. */
  public static Tensor cumprod(Object x, @Nullable Integer axis, @Nullable Object dtype) {
    return Op.call("ops.cumprod", a -> running(CumulativeKind.PROD, a, false), x, axis, dtype);
  }

  /** The running sum of all elements in C order, NaN counting as 0. */
  public static Tensor nancumsum(Object x) {
    return nancumsum(x, null, null);
  }

  /** The running sum along an axis, NaN counting as 0 ({@code keras.ops.nancumsum}). */
  public static Tensor nancumsum(Object x, @Nullable Integer axis, @Nullable Object dtype) {
    return Op.call("ops.nancumsum", a -> running(CumulativeKind.SUM, a, true), x, axis, dtype);
  }

  /** The running product of all elements in C order, NaN counting as 1. */
  public static Tensor nancumprod(Object x) {
    return nancumprod(x, null, null);
  }

  /** The running product along an axis, NaN counting as 1 ({@code keras.ops.nancumprod}). */
  public static Tensor nancumprod(Object x, @Nullable Integer axis, @Nullable Object dtype) {
    return Op.call("ops.nancumprod", a -> running(CumulativeKind.PROD, a, true), x, axis, dtype);
  }

  private static Tensor running(CumulativeKind kind, Op.Args a, boolean skipNan) {
    DType d = DType.from(a.get(2));
    Tensor t = a.tensor(0);
    if (skipNan) {
      t = NanOps.without(t, kind == CumulativeKind.SUM ? 0 : 1);
    }
    t = Prims.convert(t, d != null ? d : t.dtype().isBool() ? DType.INT32 : t.dtype());
    boolean flags = t.dtype().isBool();
    t = flags ? Prims.convert(t, DType.INT32) : t;
    Tensor r = a.isGiven(1)
        ? Prims.cumulative(kind, t, Axes.one(Axes.integer(a.get(1)), t.rank()), false)
        : Prims.cumulative(kind, Prims.reshape(t, -1), 0, false);
    return flags ? Prims.convert(r, DType.BOOL) : r;
  }

  /** Differences of neighbours along the last axis. */
  public static Tensor diff(Object a) {
    return diff(a, 1, -1);
  }

  /**
   * Differences of neighbours along an axis ({@code keras.ops.diff}), which loses an element each time.
   *
   * @param n how often
   */
  public static Tensor diff(Object a, int n, int axis) {
    return Op.call(
        "ops.diff",
        args -> {
          Tensor t = args.tensor(0);
          int times = Axes.integer(args.get(1));
          int at = Axes.one(Axes.integer(args.get(2)), t.rank());
          if (times < 0) {
            throw new IllegalArgumentException("the order must not be negative, got " + times);
          }
          for (int i = 0; i < times; i++) {
            Tensor later = Prims.slice(t, at, 1, Long.MAX_VALUE);
            Tensor earlier = withoutLast(t, at);
            t = t.dtype().isBool()
                ? Prims.binary(BinaryKind.XOR, later, earlier)
                : Prims.sub(later, earlier);
          }
          return t;
        },
        a,
        n,
        axis);
  }

  /** The tensor without the last element of an axis. */
  static Tensor withoutLast(Tensor t, int axis) {
    long d = t.shape().dim(axis);
    if (d >= 0) {
      return Prims.slice(t, axis, 0, Math.max(0, d - 1));
    }
    long[] high = new long[t.rank()];
    high[axis] = -1;
    return Prims.pad(t, 0, new long[t.rank()], high);
  }

  /** The integral along the last axis by the trapezoidal rule with unit steps. */
  public static Tensor trapezoid(Object y) {
    return trapezoid(y, null, 1.0, -1);
  }

  /**
   * The integral along an axis by the trapezoidal rule, a float ({@code keras.ops.trapezoid}).
   *
   * @param x the points, a vector or of the shape of {@code y}; null for points {@code dx} apart
   */
  public static Tensor trapezoid(Object y, @Nullable Object x, Object dx, int axis) {
    return Op.call(
        "ops.trapezoid",
        a -> {
          DType d = a.isGiven(1)
              ? Dtypes.promote(a.get(0), a.get(1), Dtypes.WEAK_FLOAT)
              : Dtypes.promote(a.get(0), Dtypes.WEAK_FLOAT);
          Tensor t = a.tensor(0, d);
          int at = Axes.one(Axes.integer(a.get(3)), t.rank());
          int last = t.rank() - 1;
          t = Axes.moved(t, new int[] {at}, new int[] {last});
          Tensor width;
          if (a.isGiven(1)) {
            Tensor p = a.tensor(1, d);
            p = p.rank() == 1 ? p : Axes.moved(p, new int[] {at}, new int[] {last});
            int end = p.rank() - 1;
            width = Prims.sub(Prims.slice(p, end, 1, Long.MAX_VALUE), withoutLast(p, end));
          } else {
            width = a.tensor(2, d);
          }
          Tensor pair = Prims.add(Prims.slice(t, last, 1, Long.MAX_VALUE), withoutLast(t, last));
          return Prims.mul(Prims.sum(Prims.mul(pair, width), last), 0.5);
        },
        y,
        x,
        dx,
        axis);
  }
}
