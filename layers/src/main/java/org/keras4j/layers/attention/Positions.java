package org.keras4j.layers.attention;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** The places of a sequence's elements. */
final class Positions {
  private Positions() {}

  /**
   * Places one after another, int32.
   *
   * @param label the layer, for messages
   * @param x what has the sequence
   * @param axis the axis of the sequence, from the end
   * @param start the first place, an integer or an integer scalar tensor; null for 0
   */
  static Tensor of(String label, Tensor x, int axis, @Nullable Object start) {
    int at = x.rank() + axis;
    long length = x.shape().dim(at);
    Tensor places = length < 0
        ? Prims.iota(Prims.dimSize(x, at), DType.INT32)
        : Prims.iota(Shape.of(length), 0, DType.INT32);
    if (start == null) {
      return places;
    }
    Tensor first = Ops.convertToTensor(start);
    if (first.rank() != 0 || !first.dtype().isInteger()) {
      throw new IllegalArgumentException(
          label + ": 'start_index' expects an integer, got " + first.spec());
    }
    return Ops.add(places, Ops.cast(first, DType.INT32));
  }
}
