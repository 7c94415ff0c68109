package org.keras4j.ops.internal.nn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Extents;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.arguments.OpenPadding;
import org.keras4j.ops.internal.arguments.SpatialPadding;
import org.keras4j.ops.internal.composite.PoolingComposites;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** The poolings of {@code keras.ops}, over one to three spatial axes. */
public final class PoolingOps {
  private PoolingOps() {}

  /** {@link #maxPool(Object, Object, Object, String, String)} with strides of the windows' size. */
  public static Tensor maxPool(Object inputs, Object poolSize) {
    return maxPool(inputs, poolSize, null, "valid", null);
  }

  /** {@link #maxPool(Object, Object, Object, String, String)} in the default layout. */
  public static Tensor maxPool(
      Object inputs, Object poolSize, @Nullable Object strides, String padding) {
    return maxPool(inputs, poolSize, strides, padding, null);
  }

  /**
   * The largest element of each window ({@code keras.ops.max_pool}).
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param poolSize size of the windows, an int or one a spatial axis
   * @param strides steps of the windows, an int or one a spatial axis; null for their size
   * @param padding {@code "valid"} or {@code "same"}
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return {@code (batch, new spatial..., channels)}, in the layout of the inputs
   * @throws IllegalArgumentException if the rank is not 3 to 5, a size below 1, or no window fits
   */
  public static Tensor maxPool(
      Object inputs,
      Object poolSize,
      @Nullable Object strides,
      String padding,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.max_pool",
        a -> {
          Tensor x = a.tensor(0);
          return pool(a, x, true);
        },
        inputs,
        poolSize,
        strides,
        padding,
        dataFormat);
  }

  /** {@link #averagePool(Object, Object, Object, String, String)} with strides of the windows' size. */
  public static Tensor averagePool(Object inputs, Object poolSize) {
    return averagePool(inputs, poolSize, null, "valid", null);
  }

  /** {@link #averagePool(Object, Object, Object, String, String)} in the default layout. */
  public static Tensor averagePool(
      Object inputs, Object poolSize, @Nullable Object strides, String padding) {
    return averagePool(inputs, poolSize, strides, padding, null);
  }

  /**
   * The mean of each window; what padding adds is not counted ({@code keras.ops.average_pool}).
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first
   * @param poolSize size of the windows, an int or one a spatial axis
   * @param strides steps of the windows, an int or one a spatial axis; null for their size
   * @param padding {@code "valid"} or {@code "same"}
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return {@code (batch, new spatial..., channels)}, in the layout of the inputs
   * @throws IllegalArgumentException if the rank is not 3 to 5, a size below 1, or no window fits
   */
  public static Tensor averagePool(
      Object inputs,
      Object poolSize,
      @Nullable Object strides,
      String padding,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.average_pool",
        a -> {
          Tensor x = Dtypes.asFloat(a.tensor(0));
          return pool(a, x, false);
        },
        inputs,
        poolSize,
        strides,
        padding,
        dataFormat);
  }

  private static int spatialRank(Op.Args a, Tensor x) {
    if (x.rank() < 3 || x.rank() > 5) {
      throw new IllegalArgumentException(a.name()
          + ": expected inputs (batch, one to three spatial axes, channels), got " + x.shape());
    }
    return x.rank() - 2;
  }

  private static double lowest(DType t) {
    if (t.isFloat()) {
      return Double.NEGATIVE_INFINITY;
    }
    return t.isSigned() ? -Math.scalb(1.0, 8 * t.size() - 1) : 0;
  }

  private static Tensor pool(Op.Args a, Tensor inputs, boolean max) {
    int n = spatialRank(a, inputs);
    Layout layout = Layout.of(a.get(4));
    long[] size = Extents.atLeast(1, a.given(1), n, "pool_size");
    long[] stride = a.isGiven(2) ? Extents.atLeast(1, a.given(2), n, "strides") : size;
    Tensor x = layout.toLast(inputs);
    SpatialPadding.requireFit(a.name(), x.shape(), 1, size, a.get(3));
    if (max) {
      OpenPadding p = OpenPadding.of(a.get(3), x, size, stride, lowest(x.dtype()));
      return layout.fromLast(PoolingComposites.maxPool(
          p.x(), size, stride, p.rest().low(), p.rest().high()));
    }
    OpenPadding p = OpenPadding.of(a.get(3), x, size, stride, 0);
    long[] low = p.rest().low();
    long[] high = p.rest().high();
    Tensor y = PoolingComposites.averagePool(p.x(), size, stride, low, high);
    if (p.done()) { // padding does not count
      Tensor ones =
          OpenPadding.of(a.get(3), Prims.fullLike(x, 1), size, stride, 0).x();
      y = Prims.div(y, PoolingComposites.averagePool(ones, size, stride, low, high));
    }
    return layout.fromLast(y);
  }

  /** {@link #adaptiveMaxPool(Object, Object, String)} in the default layout. */
  public static Tensor adaptiveMaxPool(Object inputs, Object outputSize) {
    return adaptiveMaxPool(inputs, outputSize, null);
  }

  /**
   * The largest element of each of a given number of windows, which cover an axis of n from
   * {@code floor(i n / size)} to {@code ceil((i + 1) n / size)} ({@code keras.ops.adaptive_max_pool}).
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first; spatial sizes known
   * @param outputSize how many windows, an int or one a spatial axis
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return {@code (batch, outputSize..., channels)}, in the layout of the inputs
   */
  public static Tensor adaptiveMaxPool(
      Object inputs, Object outputSize, @Nullable String dataFormat) {
    return Op.call(
        "ops.adaptive_max_pool",
        a -> adaptive(a, a.tensor(0), true),
        inputs,
        outputSize,
        dataFormat);
  }

  /** {@link #adaptiveAveragePool(Object, Object, String)} in the default layout. */
  public static Tensor adaptiveAveragePool(Object inputs, Object outputSize) {
    return adaptiveAveragePool(inputs, outputSize, null);
  }

  /**
   * The mean of each of a given number of windows ({@code keras.ops.adaptive_average_pool}).
   *
   * @param inputs {@code (batch, spatial..., channels)}, or with channels first; spatial sizes known
   * @param outputSize how many windows, an int or one a spatial axis
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return {@code (batch, outputSize..., channels)}, in the layout of the inputs
   * @see #adaptiveMaxPool(Object, Object, String)
   */
  public static Tensor adaptiveAveragePool(
      Object inputs, Object outputSize, @Nullable String dataFormat) {
    return Op.call(
        "ops.adaptive_average_pool",
        a -> adaptive(a, Dtypes.asFloat(a.tensor(0)), false),
        inputs,
        outputSize,
        dataFormat);
  }

  private static Tensor adaptive(Op.Args a, Tensor inputs, boolean max) {
    int n = spatialRank(a, inputs);
    long[] out = Extents.atLeast(1, a.given(1), n, "output_size");
    Layout layout = Layout.of(a.get(2));
    Tensor x = layout.toLast(inputs);
    for (int i = 0; i < n; i++) {
      if (x.shape().dim(i + 1) == 0) {
        throw new IllegalArgumentException(a.name()
            + ": a spatial axis of input shape " + inputs.shape()
            + " is empty, which has no windows");
      }
      x = adaptiveAxis(x, i + 1, Math.toIntExact(out[i]), max);
    }
    return layout.fromLast(x);
  }

  private static Tensor adaptiveAxis(Tensor x, int axis, int windows, boolean max) {
    int n = x.shape().intDim(axis);
    int longest = 0;
    ReadBudget.table("the windows of the pool", 12, windows);
    int[] start = new int[windows];
    int[] length = new int[windows];
    for (int i = 0; i < windows; i++) {
      start[i] = (int) ((long) i * n / windows);
      length[i] = (int) (((i + 1L) * n + windows - 1) / windows) - start[i];
      longest = Math.max(longest, length[i]);
    }
    int table = ReadBudget.table("the windows of the pool", 8, windows, longest);
    int[] index = new int[table];
    float[] count = new float[windows];
    boolean[] real = new boolean[table];
    for (int i = 0; i < windows; i++) {
      count[i] = length[i];
      for (int k = 0; k < longest; k++) {
        // a shorter window repeats its last element, which a maximum does not see
        index[i * longest + k] = start[i] + Math.min(k, length[i] - 1);
        real[i * longest + k] = k < length[i];
      }
    }
    Tensor taken = Prims.take(x, Engine.constant(NDArray.of(index, windows, longest)), axis);
    if (max) {
      // of equal ones the first has the gradient, as in other pools
      Tensor first = Engine.bind1(new ArgReduce(true, axis + 1), taken);
      long[] along = new long[taken.rank() - axis - 1];
      Arrays.fill(along, 1);
      along[0] = longest;
      Tensor order = Prims.reshape(Prims.iota(Shape.of(longest), 0, DType.INT32), along);
      Tensor chosen = Prims.eq(order, Prims.expandDims(first, axis + 1));
      return Prims.sum(Prims.select(chosen, taken, Prims.scalarLike(taken, 0)), axis + 1);
    }
    long[] along = new long[x.rank() - axis + 1];
    Arrays.fill(along, 1);
    along[0] = windows;
    along[1] = longest;
    Tensor mask =
        Prims.reshape(Engine.constant(NDArray.of(real, windows, longest)), Shape.of(along));
    Tensor sums = Prims.sum(Prims.select(mask, taken, Prims.scalarLike(x, 0)), axis + 1);
    long[] one = new long[x.rank() - axis];
    Arrays.fill(one, 1);
    one[0] = windows;
    Tensor counts = Prims.convert(Engine.constant(NDArray.of(count, one)), x.dtype());
    return Prims.div(sums, counts);
  }
}
