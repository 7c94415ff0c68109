package org.keras4j.ops.internal.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Overlapping windows of one axis, and adding them up again. */
public final class Overlap {
  private Overlap() {}

  /** Where the elements of windows lie, int32 (windows, length). */
  public static Tensor places(Tensor count, long length, long stride, long dilation) {
    Tensor starts = Prims.mul(count, Prims.scalar(DType.INT32, stride));
    Tensor within = Prims.mul(
        Prims.iota(Shape.of(length), 0, DType.INT32), Prims.scalar(DType.INT32, dilation));
    return Prims.add(Prims.expandDims(starts, 1), within);
  }

  /**
   * Adds elements up where they belong.
   *
   * @param x its first two axes are summed into one
   * @param places for each place of these axes the one in the new axis
   * @param size of the new axis, -1 if only known as {@code dynamicSize}
   * @return a new first axis, then those of x after its first two
   */
  public static Tensor add(Tensor x, Tensor places, long size, @Nullable Tensor dynamicSize) {
    Shape to = x.shape().slice(1).with(0, size);
    List<Tensor> in = new ArrayList<>(List.of(Prims.scalarLike(x, 0)));
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        in.add(i == 0 && dynamicSize != null ? dynamicSize : Prims.dimSize(x, i + 1));
      }
    }
    Tensor zeros = Engine.bind(new BroadcastInDim(to, IntList.of()), in).get(0);
    return Prims.scatterNd(ScatterKind.ADD, zeros, Prims.expandDims(places, -1), x);
  }
}
