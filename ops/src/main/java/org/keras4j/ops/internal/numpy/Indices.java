package org.keras4j.ops.internal.numpy;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.engine.Prims;

/** Indices as functions get them: of any integer dtype, negative ones from the end. */
final class Indices {
  private Indices() {}

  /** Indices as int32 or int64. */
  static Tensor integers(Tensor i) {
    DType d = i.dtype();
    if (!d.isInteger() && !d.isBool()) {
      throw new IllegalArgumentException("expected integer indices, got dtype " + d);
    }
    return d == DType.INT32 || d == DType.INT64
        ? i
        : Prims.convert(i, d.size() < 4 ? DType.INT32 : DType.INT64);
  }

  /** Negative indices made to count from the end. */
  static Tensor wrapped(Tensor i, Tensor size) {
    Tensor n = Prims.convert(size, i.dtype());
    return Prims.select(Prims.lt(i, Prims.scalar(i.dtype(), 0L)), Prims.add(i, n), i);
  }

  /** The elements along an axis at indices of the same rank, whose other axes broadcast. */
  static Tensor take(Tensor t, Tensor indices, int axis) {
    Tensor i = wrapped(indices, Prims.dimSize(t, axis));
    int last = t.rank() - 1;
    Tensor x = Axes.moved(t, new int[] {axis}, new int[] {last});
    i = Axes.moved(i, new int[] {axis}, new int[] {last});
    Shape lines = Shape.broadcast(x.shape().slice(0, last), i.shape().slice(0, last));
    if (!lines.equals(x.shape().slice(0, last)) || !lines.equals(i.shape().slice(0, last))) {
      // zeros of both without the axis have the shape of the lines, unknown dimensions too
      Tensor both = Prims.add(lineZeros(x, last), lineZeros(i, last));
      x = Prims.broadcastLike(x, Prims.add(both, Prims.fullLike(x, DType.INT32, 0)));
      i = Prims.broadcastLike(i, Prims.add(both, Prims.fullLike(i, DType.INT32, 0)));
    }
    Tensor r = Prims.gatherNd(x, Prims.expandDims(i, last + 1), last);
    Tensor n = Prims.convert(Prims.dimSize(t, axis), i.dtype());
    if (t.dtype().isFloat()) {
      Tensor outside = Prims.or(Prims.lt(i, Prims.scalar(i.dtype(), 0L)), Prims.ge(i, n));
      r = Prims.select(outside, Prims.scalarLike(r, Double.NaN), r);
    }
    return Axes.moved(r, new int[] {last}, new int[] {axis});
  }

  private static Tensor lineZeros(Tensor x, int last) {
    return Prims.fullLike(Prims.slice(x, last, 0, 1), DType.INT32, 0);
  }
}
