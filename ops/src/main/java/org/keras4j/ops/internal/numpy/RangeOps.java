package org.keras4j.ops.internal.numpy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dimensions;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Literals;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.ProbedSizes;
import org.keras4j.ops.types.SpacingOptions;

/** Sequences of numbers: ranges, evenly spaced points, and the windows of signal processing. */
public final class RangeOps {
  private RangeOps() {}

  /** {@code 0, 1, ..., stop - 1}. */
  public static Tensor arange(Object stop) {
    return arange(stop, null, null, null);
  }

  /** {@code start, start + 1, ...} below {@code stop}. */
  public static Tensor arange(Object start, Object stop) {
    return arange(start, stop, null, null);
  }

  /** {@code start, start + step, ...} before {@code stop}. */
  public static Tensor arange(Object start, Object stop, Object step) {
    return arange(start, stop, step, null);
  }

  /**
   * Evenly spaced numbers {@code start, start + step, ...} before {@code stop} ({@code
   * keras.ops.arange}).
   *
   * @param start the first, a number or a scalar tensor; the end, with 0 as the start, where {@code stop} is null.
   *     Where one of the three is a tensor of a graph, how many numbers there are is known when it runs
   * @param step null for 1; not 0
   * @param dtype null for what the three numbers combine to
   */
  public static Tensor arange(
      Object start, @Nullable Object stop, @Nullable Object step, @Nullable Object dtype) {
    return Op.call(
        "ops.arange", a -> range(a.get(0), a.get(1), a.get(2), a.get(3)), start, stop, step, dtype);
  }

  private static Tensor range(
      @Nullable Object start,
      @Nullable Object stop,
      @Nullable Object step,
      @Nullable Object dtype) {
    if (Dimensions.isOpen(start) || Dimensions.isOpen(stop) || Dimensions.isOpen(step)) {
      return openRange(start, stop, step, DType.from(dtype));
    }
    double from = stop == null ? 0 : Literals.number("ops.arange", start);
    double to = Literals.number("ops.arange", stop == null ? start : stop);
    double by = step == null ? 1 : Literals.number("ops.arange", step);
    if (by == 0) {
      throw new IllegalArgumentException("ops.arange: the step must not be 0");
    }
    DType d = DType.from(dtype);
    if (d == null) {
      d = Dtypes.promote(start, stop == null ? start : stop, step == null ? start : step);
    }
    return ramp(from, by, count(Math.ceil((to - from) / by)), d);
  }

  /** A number of elements; none below 0. */
  private static long count(double n) {
    if (!(n < 0x1p62)) {
      throw new MemoryLimitException("an array of " + n + " elements is larger than any memory");
    }
    return (long) Math.max(0, n);
  }

  private static Tensor openRange(
      @Nullable Object start, @Nullable Object stop, @Nullable Object step, @Nullable DType dtype) {
    Object last = stop == null ? start : stop;
    DType d = dtype != null ? dtype : Dtypes.promote(start, last, step == null ? start : step);
    Tensor from = point(stop == null ? 0 : start);
    Tensor by = point(step == null ? 1 : step);
    Tensor gaps = Prims.div(Prims.sub(point(last), from), by);
    Tensor n = Prims.max(Prims.unary(UnaryKind.CEIL, gaps), Prims.scalarLike(gaps, 0));
    Tensor at = Prims.iota(Prims.convert(n, DType.INT32), DType.FLOAT64);
    if (!d.isFloat() && !d.isComplex()) { // of integers start and step are, too
      from = Prims.convert(Prims.convert(from, DType.INT64), DType.FLOAT64);
      by = Prims.convert(Prims.convert(by, DType.INT64), DType.FLOAT64);
    }
    return Prims.convert(Prims.add(from, Prims.mul(at, by)), d);
  }

  private static Tensor point(@Nullable Object x) {
    Tensor t = ArrayLike.tensor(x);
    if (t.shape().size() != 1 || t.dtype().isComplex()) {
      throw new IllegalArgumentException("ops.arange: expected a number, got " + t.spec());
    }
    return Prims.reshape(Prims.convert(t, DType.FLOAT64));
  }

  // counts in the dtype where it is exact, floats in float64; of integers start and step are, too
  private static Tensor ramp(double from, double by, long n, DType d) {
    boolean whole = from == Math.rint(from) && by == Math.rint(by);
    if (n == 0) {
      if (ProbedSizes.suspectsEmptyRanges()) {
        throw new IllegalArgumentException(
            "ops.arange: an empty range, where sizes are not known: those of shape() are -1");
      }
      return Prims.full(Shape.of(0), d, 0);
    }
    if (whole && from == 0 && by == 1 && !d.isBool() && d.size() >= 4 && !d.isComplex()) {
      return Prims.iota(Shape.of(n), 0, d);
    }
    NDArray out = Engine.hostArray(d, Shape.of(n));
    for (int i = 0; i < n; i++) {
      if (d.isFloat() || d.isComplex()) {
        out.setDouble(i, from + i * by);
      } else {
        out.setLong(i, (long) from + i * (long) by);
      }
    }
    return Engine.constant(out);
  }

  /** 50 evenly spaced numbers. */
  public static Tensor linspace(Object start, Object stop) {
    return linspace(start, stop, 50);
  }

  /** Evenly spaced numbers. */
  public static Tensor linspace(Object start, Object stop, int num) {
    return (Tensor) linspace(start, stop, num, true, false, null, 0);
  }

  /**
   * {@link #linspace(Object, Object, int, boolean, boolean, Object, int)} with options, without the step.
   *
   * @param start the first, a number or a tensor
   * @param stop the last; broadcasts with {@code start}
   * @param options how many there are, and of which dtype
   * @return the numbers
   * @throws IllegalArgumentException if the options hold a base
   */
  public static Tensor linspace(Object start, Object stop, SpacingOptions options) {
    requireNoBase("ops.linspace", options);
    return (Tensor) linspace(
        start, stop, options.num(), options.endpoint(), false, options.dtype(), options.axis());
  }

  private static void requireNoBase(String name, SpacingOptions options) {
    if (options.base() != null) {
      throw new IllegalArgumentException(
          name + ": base is for logspace alone, got " + options.base());
    }
  }

  /**
   * Evenly spaced numbers from {@code start} to {@code stop} ({@code keras.ops.linspace}).
   *
   * @param start the first, a number or a tensor; broadcasts with {@code stop}
   * @param num how many
   * @param endpoint whether {@code stop} is the last of them, or the one after the last
   * @param retstep whether to give the step also
   * @param dtype null for the float dtype that both combine to
   * @param axis where the new axis stands if they are no scalars
   * @return the numbers; with {@code retstep} a list of them and the step
   */
  public static Object linspace(
      Object start,
      Object stop,
      int num,
      boolean endpoint,
      boolean retstep,
      @Nullable Object dtype,
      int axis) {
    return Op.call(
        "ops.linspace",
        a -> {
          DType d = DType.from(a.get(5));
          DType result = d == null ? Dtypes.promote(a.get(0), a.get(1), Dtypes.WEAK_FLOAT) : d;
          DType wide = wide(result);
          Tensor from = a.tensor(0, wide);
          Tensor to = a.tensor(1, wide);
          int n = count(a, 2);
          boolean last = Boolean.TRUE.equals(a.get(3));
          Tensor r = spaced(from, to, n, last);
          if (result.isInteger()) {
            r = Prims.unary(UnaryKind.FLOOR, r);
          }
          r = placed(Prims.convert(r, result), Axes.integer(a.get(6)));
          if (!Boolean.TRUE.equals(a.get(4))) {
            return r;
          }
          int gaps = last ? n - 1 : n;
          Tensor step = gaps > 0
              ? Prims.div(Prims.sub(to, from), gaps)
              : Prims.fullLike(Prims.sub(to, from), Double.NaN);
          // the step of integers and bools is a float all the same
          boolean fractional = result.isFloat() || result.isComplex();
          return List.of(r, Prims.convert(step, fractional ? result : Keras.floatx()));
        },
        start,
        stop,
        num,
        endpoint,
        retstep,
        dtype,
        axis);
  }

  private static int count(Op.Args a, int i) {
    int n = Axes.integer(a.get(i));
    if (n < 0) {
      throw new IllegalArgumentException("the number of samples must not be negative, got " + n);
    }
    return n;
  }

  // what points are computed in; halves as halves, rounded at each step, as on JAX
  private static DType wide(DType result) {
    return result.isFloat() || result.isComplex()
        ? result
        : Dtypes.promote(result, Dtypes.WEAK_FLOAT);
  }

  // along a new first axis
  private static Tensor spaced(Tensor from, Tensor to, int n, boolean endpoint) {
    Shape out = Shape.broadcast(from.shape(), to.shape());
    int gaps = endpoint ? n - 1 : n;
    long[] column = new long[out.rank() + 1];
    java.util.Arrays.fill(column, 1);
    column[0] = n;
    NDArray t = NDArray.zeros(DType.FLOAT64, Shape.of(column));
    for (int i = 0; i < n; i++) {
      t.setDouble(i, gaps > 0 ? (double) i / gaps : 0);
    }
    Tensor at = Engine.constant(t.astype(from.dtype()));
    return Prims.add(Prims.mul(from, Prims.sub(1, at)), Prims.mul(to, at));
  }

  private static Tensor placed(Tensor r, int axis) {
    int to = Axes.one(axis, r.rank());
    int[] p = new int[r.rank()];
    for (int i = 0; i < p.length; i++) {
      p[i] = i < to ? i + 1 : i == to ? 0 : i;
    }
    return Prims.transpose(r, p);
  }

  /** 50 powers of 10 with evenly spaced exponents. */
  public static Tensor logspace(Object start, Object stop) {
    return logspace(start, stop, 50, true, 10, null, 0);
  }

  /**
   * {@link #logspace(Object, Object, int, boolean, Object, Object, int)} with options.
   *
   * @param start the first exponent, a number or a tensor
   * @param stop the last exponent; broadcasts with {@code start}
   * @param options how many there are, of which base and dtype
   * @return the powers
   */
  public static Tensor logspace(Object start, Object stop, SpacingOptions options) {
    Object base = options.base();
    return logspace(
        start,
        stop,
        options.num(),
        options.endpoint(),
        base == null ? 10 : base,
        options.dtype(),
        options.axis());
  }

  /**
   * Powers with evenly spaced exponents from {@code start} to {@code stop} ({@code
   * keras.ops.logspace}); as {@link #linspace(Object, Object, int, boolean, boolean, Object, int)}.
   *
   * @param base the base of the powers
   */
  public static Tensor logspace(
      Object start,
      Object stop,
      int num,
      boolean endpoint,
      Object base,
      @Nullable Object dtype,
      int axis) {
    return Op.call(
        "ops.logspace",
        a -> {
          DType d = DType.from(a.get(5));
          DType result = d == null ? Dtypes.promote(a.get(0), a.get(1), Dtypes.WEAK_FLOAT) : d;
          DType wide = wide(result);
          Tensor r = spaced(
              a.tensor(0, wide), a.tensor(1, wide), count(a, 2), Boolean.TRUE.equals(a.get(3)));
          r = Prims.pow(a.tensor(4, wide), r);
          return placed(Prims.convert(r, result), Axes.integer(a.get(6)));
        },
        start,
        stop,
        num,
        endpoint,
        base,
        dtype,
        axis);
  }

  /**
   * {@link #geomspace(Object, Object, int, boolean, Object, int)} with options.
   *
   * @param start the first, a number or a tensor
   * @param stop the last; broadcasts with {@code start}
   * @param options how many there are, and of which dtype
   * @return the numbers
   * @throws IllegalArgumentException if the options hold a base
   */
  public static Tensor geomspace(Object start, Object stop, SpacingOptions options) {
    requireNoBase("ops.geomspace", options);
    return geomspace(
        start, stop, options.num(), options.endpoint(), options.dtype(), options.axis());
  }

  /** 50 numbers with one ratio between neighbours. */
  public static Tensor geomspace(Object start, Object stop) {
    return geomspace(start, stop, 50, true, null, 0);
  }

  /**
   * Numbers from {@code start} to {@code stop} with one ratio between neighbours ({@code
   * keras.ops.geomspace}). Both must be positive, or both negative; else as {@link #linspace(Object,
   * Object, int, boolean, boolean, Object, int)}.
   */
  public static Tensor geomspace(
      Object start, Object stop, int num, boolean endpoint, @Nullable Object dtype, int axis) {
    return Op.call(
        "ops.geomspace",
        a -> {
          DType d = DType.from(a.get(4));
          DType result = d == null ? Dtypes.promote(a.get(0), a.get(1), Dtypes.WEAK_FLOAT) : d;
          DType wide = wide(result);
          Tensor from = a.tensor(0, wide);
          Tensor to = a.tensor(1, wide);
          Tensor sign = Prims.unary(UnaryKind.SIGN, from);
          int n = count(a, 2);
          Tensor r = spaced(
              log10(Prims.mul(from, sign)),
              log10(Prims.mul(to, sign)),
              n,
              Boolean.TRUE.equals(a.get(3)));
          r = Prims.mul(Prims.pow(Prims.scalar(wide, 10.0), r), sign);
          return placed(Prims.convert(r, result), Axes.integer(a.get(5)));
        },
        start,
        stop,
        num,
        endpoint,
        dtype,
        axis);
  }

  private static Tensor log10(Tensor x) {
    return Prims.mul(Prims.log(x), 1 / Math.log(10));
  }

  // ---- windows

  private interface Taper {
    double at(int i, int n);
  }

  private static Tensor window(String op, Object x, Taper taper) {
    return Op.call(op, a -> tapered(op, a.get(0), taper), x);
  }

  private static Tensor tapered(String op, @Nullable Object x, Taper taper) {
    double points = Literals.number(op, x);
    long size = count(points);
    NDArray out = Engine.hostArray(DType.FLOAT64, Shape.of(size));
    int n = (int) size;
    for (int i = 0; i < n; i++) {
      out.setDouble(i, n == 1 ? 1 : taper.at(i, n - 1));
    }
    return Engine.constant(out.astype(Keras.floatx()));
  }

  /** The triangular window of {@code x} points, zero at its ends ({@code keras.ops.bartlett}). */
  public static Tensor bartlett(Object x) {
    return window("ops.bartlett", x, (i, m) -> 1 - Math.abs(2.0 * i / m - 1));
  }

  /** Blackman's window of {@code x} points ({@code keras.ops.blackman}). */
  public static Tensor blackman(Object x) {
    return window(
        "ops.blackman",
        x,
        (i, m) ->
            0.42 - 0.5 * Math.cos(2 * Math.PI * i / m) + 0.08 * Math.cos(4 * Math.PI * i / m));
  }

  /** Hamming's window of {@code x} points ({@code keras.ops.hamming}). */
  public static Tensor hamming(Object x) {
    return window("ops.hamming", x, (i, m) -> 0.54 - 0.46 * Math.cos(2 * Math.PI * i / m));
  }

  /** Hann's window of {@code x} points ({@code keras.ops.hanning}). */
  public static Tensor hanning(Object x) {
    return window("ops.hanning", x, (i, m) -> 0.5 - 0.5 * Math.cos(2 * Math.PI * i / m));
  }

  /**
   * Kaiser's window of {@code x} points ({@code keras.ops.kaiser}).
   *
   * @param beta its shape: 0 a rectangle, 5 near Hamming's
   */
  public static Tensor kaiser(Object x, Object beta) {
    double b = Literals.number("ops.kaiser", beta);
    double scale = bessel0(b);
    return window("ops.kaiser", x, (i, m) -> {
      double r = 2.0 * i / m - 1;
      return bessel0(b * Math.sqrt(Math.max(0, 1 - r * r))) / scale;
    });
  }

  // the power series of the modified Bessel function of order 0
  private static double bessel0(double x) {
    double term = 1;
    double sum = 1;
    for (int k = 1; term > sum * 1e-17; k++) {
      term *= x * x / (4.0 * k * k);
      sum += term;
    }
    return sum;
  }
}
