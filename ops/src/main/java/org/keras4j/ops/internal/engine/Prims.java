package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.Compare.Direction;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.DimSize;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.GatherNd;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Reverse;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Select;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.Take;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;

/**
 * The primitives as methods, for those who write functions and gradient rules. Dtypes must agree
 * already; nothing is promoted. Axes may be negative.
 */
public final class Prims {
  private Prims() {}

  // ---- literals

  /** A scalar of the dtype. */
  public static Tensor scalar(DType dtype, double value) {
    return Engine.constant(NDArray.scalar(dtype, value));
  }

  /** An integral scalar of the dtype. */
  public static Tensor scalar(DType dtype, long value) {
    return Engine.constant(NDArray.scalar(dtype, value));
  }

  /** A scalar of the dtype of {@code like}. */
  public static Tensor scalarLike(Tensor like, double value) {
    return scalar(like.dtype(), value);
  }

  /** One value everywhere; the shape is known. */
  public static Tensor full(Shape shape, DType dtype, double value) {
    return broadcastTo(scalar(dtype, value), shape);
  }

  /** One value in the shape of {@code like}, whose dimensions may be unknown. */
  public static Tensor fullLike(Tensor like, double value) {
    return fullLike(like, like.dtype(), value);
  }

  /** One value in the shape of {@code like}, in another dtype. */
  public static Tensor fullLike(Tensor like, DType dtype, double value) {
    Tensor s = scalar(dtype, value);
    Shape to = like.shape();
    List<Tensor> in = new ArrayList<>(List.of(s));
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        in.add(dimSize(like, i));
      }
    }
    return to.rank() == 0
        ? s
        : Engine.bind(new BroadcastInDim(to, IntList.of()), in).get(0);
  }

  public static Tensor zerosLike(Tensor like) {
    return fullLike(like, 0);
  }

  public static Tensor onesLike(Tensor like) {
    return fullLike(like, 1);
  }

  /** Counts along an axis; the shape is known. */
  public static Tensor iota(Shape shape, int axis, DType dtype) {
    return Engine.bind1(new Iota(shape, axis, dtype));
  }

  /** Counts from 0 up to a number that an int32 scalar tells. */
  public static Tensor iota(Tensor size, DType dtype) {
    return Engine.bind1(new Iota(Shape.of(Shape.UNKNOWN), 0, dtype), size);
  }

  /** Counts along one axis of a tensor, of whose size, even unknown, the vector is. */
  public static Tensor iotaOf(Tensor x, int axis, DType dtype) {
    long n = x.shape().dim(axis);
    return n >= 0
        ? iota(Shape.of(n), 0, dtype)
        : Engine.bind1(new Iota(Shape.of(n), 0, dtype), dimSize(x, axis));
  }

  // ---- elementwise

  public static Tensor unary(UnaryKind kind, Tensor x) {
    return Engine.bind1(new Unary(kind), x);
  }

  public static Tensor binary(BinaryKind kind, Tensor a, Tensor b) {
    return Engine.bind1(new Binary(kind), a, b);
  }

  public static Tensor add(Tensor a, Tensor b) {
    return binary(BinaryKind.ADD, a, b);
  }

  public static Tensor sub(Tensor a, Tensor b) {
    return binary(BinaryKind.SUB, a, b);
  }

  public static Tensor mul(Tensor a, Tensor b) {
    return binary(BinaryKind.MUL, a, b);
  }

  public static Tensor div(Tensor a, Tensor b) {
    return binary(BinaryKind.DIV, a, b);
  }

  public static Tensor add(Tensor a, double b) {
    return add(a, scalarLike(a, b));
  }

  public static Tensor sub(Tensor a, double b) {
    return sub(a, scalarLike(a, b));
  }

  public static Tensor sub(double a, Tensor b) {
    return sub(scalarLike(b, a), b);
  }

  public static Tensor mul(Tensor a, double b) {
    return mul(a, scalarLike(a, b));
  }

  public static Tensor div(Tensor a, double b) {
    return div(a, scalarLike(a, b));
  }

  public static Tensor div(double a, Tensor b) {
    return div(scalarLike(b, a), b);
  }

  public static Tensor max(Tensor a, Tensor b) {
    return binary(BinaryKind.MAX, a, b);
  }

  public static Tensor min(Tensor a, Tensor b) {
    return binary(BinaryKind.MIN, a, b);
  }

  public static Tensor pow(Tensor a, Tensor b) {
    return binary(BinaryKind.POW, a, b);
  }

  public static Tensor and(Tensor a, Tensor b) {
    return binary(BinaryKind.AND, a, b);
  }

  public static Tensor or(Tensor a, Tensor b) {
    return binary(BinaryKind.OR, a, b);
  }

  public static Tensor not(Tensor a) {
    return unary(UnaryKind.NOT, a);
  }

  public static Tensor neg(Tensor a) {
    return unary(UnaryKind.NEG, a);
  }

  public static Tensor exp(Tensor a) {
    return unary(UnaryKind.EXP, a);
  }

  public static Tensor log(Tensor a) {
    return unary(UnaryKind.LOG, a);
  }

  public static Tensor sqrt(Tensor a) {
    return unary(UnaryKind.SQRT, a);
  }

  public static Tensor rsqrt(Tensor a) {
    return unary(UnaryKind.RSQRT, a);
  }

  public static Tensor abs(Tensor a) {
    return unary(UnaryKind.ABS, a);
  }

  /**
   * {@code -|a|} with a gradient of 0 at 0: for functions of the modulus that are smooth there, as that of
   * {@link #abs} is 1.
   */
  public static Tensor minusModulus(Tensor a) {
    return min(a, neg(a));
  }

  public static Tensor square(Tensor a) {
    return mul(a, a);
  }

  public static Tensor compare(Direction d, Tensor a, Tensor b) {
    return Engine.bind1(new Compare(d), a, b);
  }

  public static Tensor eq(Tensor a, Tensor b) {
    return compare(Direction.EQ, a, b);
  }

  public static Tensor ne(Tensor a, Tensor b) {
    return compare(Direction.NE, a, b);
  }

  public static Tensor lt(Tensor a, Tensor b) {
    return compare(Direction.LT, a, b);
  }

  public static Tensor le(Tensor a, Tensor b) {
    return compare(Direction.LE, a, b);
  }

  public static Tensor gt(Tensor a, Tensor b) {
    return compare(Direction.GT, a, b);
  }

  public static Tensor ge(Tensor a, Tensor b) {
    return compare(Direction.GE, a, b);
  }

  public static Tensor select(Tensor predicate, Tensor yes, Tensor no) {
    return Engine.bind1(new Select(), predicate, yes, no);
  }

  public static Tensor convert(Tensor x, DType to) {
    return ArrayLike.convert(x, to);
  }

  public static Tensor stopGradient(Tensor x) {
    return Engine.bind1(new StopGradient(), x);
  }

  // ---- shapes

  public static Tensor reshape(Tensor x, Shape to) {
    return x.shape().equals(to) && to.isKnown() ? x : Engine.bind1(new ReshapeTo(to), x);
  }

  public static Tensor reshape(Tensor x, long... to) {
    return reshape(x, Shape.of(to));
  }

  /**
   * The same elements under another shape, of which several dimensions may be unknown.
   *
   * @param sizes an int32 scalar for each unknown dimension of the shape, in order
   */
  public static Tensor reshape(Tensor x, Shape to, List<Tensor> sizes) {
    int unknown = 0;
    for (int i = 0; i < to.rank(); i++) {
      unknown += to.dim(i) < 0 ? 1 : 0;
    }
    if (unknown <= 1) {
      return reshape(x, to);
    }
    List<Tensor> in = new ArrayList<>(List.of(x));
    in.addAll(sizes);
    return Engine.bind(new ReshapeTo(to), in).get(0);
  }

  /** Adds axes of size 1 at these places of the result. */
  public static Tensor expandDims(Tensor x, int... axes) {
    int rank = x.rank() + axes.length;
    boolean[] added = new boolean[rank];
    for (int a : axes) {
      int place = a < 0 ? a + rank : a;
      if (place < 0 || place >= rank) {
        throw new IllegalArgumentException(
            "Axis " + a + " is out of range for a result of rank " + rank + " of " + x.spec());
      }
      added[place] = true;
    }
    long[] d = new long[rank];
    int[] from = new int[x.rank()];
    int k = 0;
    for (int i = 0; i < rank; i++) {
      if (added[i]) {
        d[i] = 1;
      } else {
        d[i] = x.shape().dim(k);
        from[k++] = i;
      }
    }
    // a broadcast, and not a reshape, since it needs no sizes where dimensions are unknown
    return x.shape().isKnown()
        ? reshape(x, d)
        : Engine.bind1(new BroadcastInDim(Shape.of(d), IntList.of(from)), x);
  }

  /** Repeats by NumPy's rules to a shape; unknown dimensions of it must be those of the tensor. */
  public static Tensor broadcastTo(Tensor x, Shape to) {
    if (x.shape().equals(to)) {
      return x;
    }
    return Engine.bind1(new BroadcastInDim(to, IntList.range(to.rank() - x.rank(), to.rank())), x);
  }

  /** Repeats to the shape of {@code like}, whose dimensions may be unknown. */
  public static Tensor broadcastLike(Tensor x, Tensor like) {
    Shape to = like.shape();
    if (x.shape().equals(to) && to.isKnown()) {
      return x;
    }
    List<Tensor> in = new ArrayList<>(List.of(x));
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        in.add(dimSize(like, i));
      }
    }
    return Engine.bind(new BroadcastInDim(to, IntList.range(to.rank() - x.rank(), to.rank())), in)
        .get(0);
  }

  public static Tensor transpose(Tensor x, int... permutation) {
    boolean identity = true;
    for (int i = 0; i < permutation.length; i++) {
      identity &= permutation[i] == i;
    }
    return identity ? x : Engine.bind1(new Transpose(IntList.of(permutation)), x);
  }

  /** Exchanges two axes. */
  public static Tensor swap(Tensor x, int a, int b) {
    int[] p = IntList.range(0, x.rank()).toArray();
    int i = x.shape().axis(a);
    int j = x.shape().axis(b);
    p[i] = j;
    p[j] = i;
    return transpose(x, p);
  }

  public static Tensor reverse(Tensor x, int... axes) {
    return axes.length == 0 ? x : Engine.bind1(new Reverse(axes(x, axes)), x);
  }

  public static Tensor slice(Tensor x, long[] start, long[] limit, long[] stride) {
    return Engine.bind1(new Slice(LongList.of(start), LongList.of(limit), LongList.of(stride)), x);
  }

  /** {@code start} (inclusive) to {@code limit} (exclusive) of one axis; both at least 0. */
  public static Tensor slice(Tensor x, int axis, long start, long limit) {
    return slice(x, axis, start, limit, 1);
  }

  /** Every {@code stride}-th of {@code start} to {@code limit} of one axis. */
  public static Tensor slice(Tensor x, int axis, long start, long limit, long stride) {
    long[] s = new long[x.rank()];
    long[] l = new long[x.rank()];
    long[] d = new long[x.rank()];
    Arrays.fill(l, Long.MAX_VALUE);
    Arrays.fill(d, 1);
    int a = x.shape().axis(axis);
    s[a] = start;
    l[a] = limit;
    d[a] = stride;
    return slice(x, s, l, d);
  }

  /** Pads with a value; negative numbers crop. */
  public static Tensor pad(Tensor x, double value, long[] low, long[] high, long[] interior) {
    return Engine.bind1(
        new Pad(LongList.of(low), LongList.of(high), LongList.of(interior)),
        x,
        scalarLike(x, value));
  }

  public static Tensor pad(Tensor x, double value, long[] low, long[] high) {
    return pad(x, value, low, high, new long[x.rank()]);
  }

  public static Tensor concat(List<Tensor> parts, int axis) {
    return parts.size() == 1
        ? parts.get(0)
        : Engine.bind(new Concat(parts.get(0).shape().axis(axis)), parts).get(0);
  }

  /** The size of an axis as an int32 scalar: a literal where it is known. */
  public static Tensor dimSize(Tensor x, int axis) {
    long d = x.shape().dim(axis);
    return d >= 0 ? scalar(DType.INT32, d) : Engine.bind1(new DimSize(x.shape().axis(axis)), x);
  }

  // ---- indices

  public static Tensor take(Tensor x, Tensor indices, int axis) {
    return Engine.bind1(new Take(x.shape().axis(axis), Take.OutOfBounds.CLIP), x, indices);
  }

  public static Tensor gatherNd(Tensor x, Tensor indices, int batchDims) {
    return Engine.bind1(new GatherNd(batchDims), x, indices);
  }

  public static Tensor scatterNd(ScatterKind kind, Tensor x, Tensor indices, Tensor updates) {
    return Engine.bind1(new ScatterNd(kind), x, indices, updates);
  }

  // ---- folds

  /** The axes, made non-negative. */
  public static IntList axes(Tensor x, int... axes) {
    int[] a = new int[axes.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = x.shape().axis(axes[i]);
    }
    return IntList.of(a);
  }

  public static Tensor reduce(ReduceKind kind, Tensor x, int... axes) {
    return axes.length == 0 ? x : Engine.bind1(new Reduce(kind, axes(x, axes)), x);
  }

  /** Folds, leaving the axes with size 1. */
  public static Tensor reduceKeep(ReduceKind kind, Tensor x, int... axes) {
    return axes.length == 0
        ? x
        : expandDims(reduce(kind, x, axes), axes(x, axes).toArray());
  }

  public static Tensor sum(Tensor x, int... axes) {
    return reduce(ReduceKind.SUM, x, axes);
  }

  public static Tensor sumKeep(Tensor x, int... axes) {
    return reduceKeep(ReduceKind.SUM, x, axes);
  }

  public static Tensor maxKeep(Tensor x, int... axes) {
    return reduceKeep(ReduceKind.MAX, x, axes);
  }

  /** The sum of all elements. */
  public static Tensor sumAll(Tensor x) {
    return sum(x, IntList.range(0, x.rank()).toArray());
  }

  public static Tensor argReduce(boolean max, Tensor x, int axis) {
    return Engine.bind1(new ArgReduce(max, x.shape().axis(axis)), x);
  }

  public static Tensor cumulative(CumulativeKind kind, Tensor x, int axis, boolean reverse) {
    return Engine.bind1(new Cumulative(kind, x.shape().axis(axis), reverse), x);
  }

  // ---- products

  public static Tensor dot(
      Tensor a,
      Tensor b,
      int[] aBatch,
      int[] bBatch,
      int[] aContract,
      int[] bContract,
      @Nullable DType outputType) {
    return Engine.bind1(
        new DotGeneral(
            IntList.of(aBatch),
            IntList.of(bBatch),
            IntList.of(aContract),
            IntList.of(bContract),
            outputType),
        a,
        b);
  }
}
