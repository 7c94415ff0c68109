package org.keras4j.ops.internal.batching;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * A value for all elements of a batch: one for each along a first axis, or one that is the same for all.
 *
 * @param each whether the tensor has the batch's axis
 */
record Batch(Tensor tensor, boolean each) {
  /** The rank that one element sees. */
  int rank() {
    return tensor.rank() - (each ? 1 : 0);
  }

  /** The shape that one element sees. */
  Shape shape() {
    return each ? tensor.shape().slice(1) : tensor.shape();
  }

  /** With the batch's axis, and axes of size 1 after it, so that elements have this rank. */
  Tensor aligned(int rank) {
    return each && rank() < rank
        ? Prims.expandDims(tensor, IntList.range(1, 1 + rank - rank()).toArray())
        : tensor;
  }

  /** With the batch's axis; {@code like} has it. */
  Tensor spread(Tensor like) {
    if (each) {
      return tensor;
    }
    Shape to = tensor.shape().insert(0, like.shape().dim(0));
    List<Tensor> in = new ArrayList<>(List.of(tensor));
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        in.add(i == 0 ? Prims.dimSize(like, 0) : Prims.dimSize(tensor, i - 1));
      }
    }
    return Engine.bind(new BroadcastInDim(to, IntList.range(1, to.rank())), in).get(0);
  }

  static Batch each(Tensor t) {
    return new Batch(t, true);
  }

  static Batch same(Tensor t) {
    return new Batch(t, false);
  }
}
