package org.keras4j.ops.internal.image;

import java.util.function.UnaryOperator;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.engine.Prims;

/** What functions of images share. */
final class Images {
  private Images() {}

  /** An argument as one image or a batch of images. */
  static Tensor of(Op.Args a, int i) {
    Tensor x = a.tensor(i);
    if (x.rank() != 3 && x.rank() != 4) {
      throw new IllegalArgumentException(
          a.name() + ": expected one image of rank 3 or a batch of rank 4, got shape " + x.shape());
    }
    return x;
  }

  /** Runs on a batch with channels last; the result has the rank and layout of what is given. */
  static Tensor onBatch(Tensor x, Layout layout, UnaryOperator<Tensor> body) {
    boolean single = x.rank() == 3;
    Tensor batch = single ? Prims.expandDims(x, 0) : x;
    Tensor y = layout.fromLast(body.apply(layout.toLast(batch)));
    return single ? withoutFirst(y) : y;
  }

  // without a first axis of size 1
  static Tensor withoutFirst(Tensor x) {
    return x.shape().isKnown() ? Prims.reshape(x, x.shape().slice(1)) : Prims.sum(x, 0);
  }
}
