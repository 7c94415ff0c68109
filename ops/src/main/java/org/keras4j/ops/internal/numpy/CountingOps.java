package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.grad.CustomGradient;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.core.CoreOps;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseCodes;
import org.keras4j.ops.types.UniqueOptions;

/** Counts of values: bins, histograms, distinct elements. */
public final class CountingOps {
  private CountingOps() {}

  /** How often each integer from 0 to the largest occurs. */
  public static Tensor bincount(Object x) {
    return bincount(x, null, 0, false);
  }

  /**
   * How often each integer from 0 to the largest occurs ({@code keras.ops.bincount}). The length of the
   * result depends on the values, so it cannot be compiled.
   *
   * @param x integers of at least 0, {@code (n,)} or {@code (batch, n)}
   * @param weights what an occurrence adds, of the shape of {@code x}; null for 1
   * @param minlength the least length of the counts
   * @param sparse whether the counts are a sparse tensor
   * @return {@code (length,)} or {@code (batch, length)}, int32 or of the dtype of the weights
   */
  public static Tensor bincount(Object x, @Nullable Object weights, int minlength, boolean sparse) {
    return Op.call(
        "ops.bincount",
        a -> {
          Tensor t = Indices.integers(a.tensor(0));
          if (t.rank() != 1 && t.rank() != 2) {
            throw new IllegalArgumentException(
                "expected integers (n,) or (batch, n), got shape " + t.shape());
          }
          Tensor w = a.isGiven(1) ? a.tensor(1) : Prims.fullLike(t, DType.INT32, 1);
          int least = Axes.integer(a.get(2));
          Engine.requireRoom(TensorSpec.of(w.dtype(), Math.max(0, least)));
          Object given = a.given(0);
          if (given instanceof Tensor && !(given instanceof EagerTensor)) {
            if (a.flag(3)) {
              throw new IllegalArgumentException("sparse counts have a length that depends on the"
                  + " values, which are not known before a compiled function or a model runs");
            }
            // the length is not known before the values are
            TensorSpec out = new TensorSpec(t.shape().with(-1, Shape.UNKNOWN), w.dtype());
            HostCall call =
                new HostCall("ops.bincount", List.of(out), in -> List.of(counts(in, least)));
            return CustomGradient.call(
                in -> new CustomGradient.WithGradient<>(
                    Engine.bind(call, List.of(t, in.get(0))).get(0),
                    ct -> List.of(
                        Prims.gatherNd(ct.get(0), Prims.expandDims(t, t.rank()), t.rank() - 1))),
                List.of(w));
          }
          long length = length(CoreOps.convertToNumpy(given), least);
          if (a.flag(3)) {
            return SparseCodes.count(
                t, Math.toIntExact(length), a.isGiven(1) ? w : null, w.dtype());
          }
          Tensor i = Prims.expandDims(t, t.rank());
          if (t.rank() == 2) {
            Tensor row = Prims.iota(t.shape().insert(2, 1), 0, i.dtype());
            i = Prims.concat(List.of(row, i), 2);
          }
          Tensor zeros = Prims.full(t.shape().with(-1, length), w.dtype(), 0);
          return Prims.scatterNd(ScatterKind.ADD, zeros, i, w);
        },
        x,
        weights,
        minlength,
        sparse);
  }

  private static long length(NDArray x, int least) {
    long n = least;
    for (int i = 0; i < x.size(); i++) {
      int v = x.getInt(i);
      if (v < 0) {
        throw new IllegalArgumentException("expected integers of at least 0, got " + v);
      }
      n = Math.max(n, v + 1L);
    }
    return n;
  }

  private static NDArray counts(List<NDArray> in, int least) {
    NDArray x = in.get(0);
    NDArray w = in.get(1);
    long size = length(x, least);
    int row = (int) x.shape().last();
    NDArray out = Engine.hostArray(w.dtype(), x.shape().with(-1, size));
    int length = (int) size;
    for (int i = 0; i < x.size(); i++) {
      int at = i / row * length + x.getInt(i);
      if (w.dtype().isFloat()) {
        out.setDouble(at, out.getDouble(at) + w.getDouble(i));
      } else {
        out.setLong(at, out.getLong(at) + w.getLong(i));
      }
    }
    return out;
  }

  /** The counts of 10 equal bins between the smallest and the largest element, and the edges. */
  public static List<Tensor> histogram(Object x) {
    return histogram(x, 10, null);
  }

  /**
   * The counts of elements in bins, and the bins' edges, both floats ({@code keras.ops.histogram}).
   *
   * @param bins how many bins of equal width; or their edges, a rising vector
   * @param range the lowest and the highest edge; null for the smallest and largest element
   */
  public static List<Tensor> histogram(Object x, Object bins, @Nullable Object range) {
    return Op.call(
        "ops.histogram",
        a -> {
          DType d = Dtypes.floating(a.get(0));
          Tensor t = Prims.reshape(a.tensor(0, d), -1);
          Tensor edges = edges(a, t, d);
          long n = edges.shape().intDim(0) - 1L;
          Tensor bin = Prims.sub(SortingOps.placeIn(edges, t, true), Prims.scalar(DType.INT32, 1L));
          Tensor top = Prims.reshape(Prims.slice(edges, 0, n, n + 1));
          Tensor last = Prims.scalar(DType.INT32, n - 1);
          // the last bin includes its upper edge
          bin = Prims.select(Prims.eq(t, top), last, bin);
          Tensor numbers = Prims.iota(Shape.of(n, 1), 0, DType.INT32);
          Tensor hits = Prims.convert(Prims.eq(numbers, bin), d);
          return List.of(Prims.reduce(ReduceKind.SUM, hits, 1), edges);
        },
        x,
        bins,
        range);
  }

  private static Tensor edges(Op.Args a, Tensor t, DType d) {
    if (!(a.get(1) instanceof Number)) {
      Tensor given = a.tensor(1, d);
      if (given.rank() == 1) {
        return given;
      }
      throw new IllegalArgumentException(
          "expected a number of bins or a vector of edges, got shape " + given.shape());
    }
    int n = Axes.integer(a.get(1));
    if (n < 1) {
      throw new IllegalArgumentException("expected at least one bin, got " + n);
    }
    Tensor low;
    Tensor high;
    if (a.isGiven(2)) {
      Tensor range = a.tensor(2, d);
      if (!range.shape().equals(Shape.of(2))) {
        throw new IllegalArgumentException(
            "expected a range of two numbers, got shape " + range.shape());
      }
      low = Prims.reshape(Prims.slice(range, 0, 0, 1));
      high = Prims.reshape(Prims.slice(range, 0, 1, 2));
    } else if (t.shape().dim(0) == 0) {
      low = Prims.scalar(d, 0.0);
      high = Prims.scalar(d, 1.0);
    } else {
      low = Prims.reduce(ReduceKind.MIN, t, 0);
      high = Prims.reduce(ReduceKind.MAX, t, 0);
    }
    // a range of no width is widened by half to either side
    Tensor half = Prims.select(Prims.eq(low, high), Prims.scalar(d, 0.5), Prims.scalar(d, 0.0));
    return (Tensor)
        RangeOps.linspace(Prims.sub(low, half), Prims.add(high, half), n + 1, true, false, d, 0);
  }

  /** The distinct elements in ascending order. */
  public static Tensor unique(Object x) {
    return (Tensor) unique(x, true, false, false, false, null, null, null);
  }

  /**
   * The distinct elements in ascending order ({@code keras.ops.unique}). Without {@code size} the
   * result's length depends on the values, and it cannot be compiled.
   *
   * @param sorted taken for Keras's sake; the result is sorted always
   * @param returnIndex whether to give also where each occurs first
   * @param returnInverse whether to give also the place of each element of {@code x} in the result
   * @param returnCounts whether to give also how often each occurs
   * @param axis finds distinct slices along an axis; null distinct elements
   * @param size the length of the result, cut or filled up
   * @param fillValue what fills it up; null for the smallest element
   * @return a tensor, or a list of the tensors asked for
   */
  public static Object unique(
      Object x,
      boolean sorted,
      boolean returnIndex,
      boolean returnInverse,
      boolean returnCounts,
      @Nullable Integer axis,
      @Nullable Integer size,
      @Nullable Object fillValue) {
    return Op.call(
        "ops.unique",
        a -> {
          Tensor t = a.tensor(0);
          Integer at = a.isGiven(5) ? Axes.one(Axes.integer(a.get(5)), t.rank()) : null;
          Integer length = a.isGiven(6) ? (Integer) Axes.integer(a.get(6)) : null;
          TensorSpec index =
              new TensorSpec(Shape.of(length == null ? Shape.UNKNOWN : length), DType.INT32);
          Shape inverse = at == null ? t.shape() : Shape.of(t.shape().dim(at));
          List<Tensor> found = Engine.bind(
              new HostCall(
                  "ops.unique",
                  List.of(index, new TensorSpec(inverse, DType.INT32), index),
                  in -> Distinct.of(in.get(0), at, length)),
              List.of(Prims.stopGradient(t)));
          Tensor fill = length == null || !a.isGiven(7) ? null : a.tensor(7, t.dtype());
          List<Tensor> out =
              new ArrayList<>(List.of(distinct(t, at, found.get(0), found.get(2), fill)));
          for (int i = 1; i <= 3; i++) {
            if (Boolean.TRUE.equals(a.get(i + 1))) {
              out.add(found.get(i - 1));
            }
          }
          return out.size() == 1 ? out.get(0) : out;
        },
        x,
        sorted,
        returnIndex,
        returnInverse,
        returnCounts,
        axis,
        size,
        fillValue);
  }

  /**
   * {@link #unique(Object, boolean, boolean, boolean, boolean, Integer, Integer, Object)} with options.
   *
   * @param x a tensor
   * @param options what is told of the elements
   * @return the distinct elements in ascending order, and after them what the options ask for: where each occurs first,
   *     the place of each element of {@code x}, how often each occurs
   */
  public static List<Tensor> unique(Object x, UniqueOptions options) {
    Object found = unique(
        x,
        true,
        options.returnIndex(),
        options.returnInverse(),
        options.returnCounts(),
        options.axis(),
        options.size(),
        options.fillValue());
    return found instanceof Tensor t
        ? List.of(t)
        : ((List<?>) found).stream().map(Tensor.class::cast).toList();
  }

  // the slices that stand first, and the fill where there are no more
  private static Tensor distinct(
      Tensor t, @Nullable Integer axis, Tensor first, Tensor counts, @Nullable Tensor fill) {
    int at = axis == null ? 0 : axis;
    Tensor x = axis == null ? Prims.reshape(t, -1) : t;
    boolean empty = x.shape().dim(at) == 0;
    if (empty && fill == null) {
      if (first.shape().dim(0) > 0) {
        throw new IllegalArgumentException("nothing fills up the result of no elements");
      }
      return x;
    }
    Tensor r = empty
        ? Prims.full(x.shape().with(at, first.shape().dim(0)), x.dtype(), 0)
        : Prims.take(x, first, at);
    if (fill == null) {
      return r;
    }
    // the fill broadcasts with slices that stand first
    Tensor front = Axes.moved(r, new int[] {at}, new int[] {0});
    Tensor zero = Prims.eq(counts, Prims.scalarLike(counts, 0));
    int[] inner = new int[front.rank() - 1];
    java.util.Arrays.setAll(inner, k -> k + 1);
    Tensor missing = Prims.broadcastLike(Prims.expandDims(zero, inner), front);
    front = Prims.select(missing, Prims.broadcastLike(fill, front), front);
    return Axes.moved(front, new int[] {0}, new int[] {at});
  }
}
