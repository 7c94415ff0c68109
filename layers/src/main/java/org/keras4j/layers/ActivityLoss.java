package org.keras4j.layers;

import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.internal.engine.Prims;

/** The penalty of an output: a regularizer's, divided by the batch size. */
final class ActivityLoss {
  private ActivityLoss() {}

  static Tensor of(Regularizer regularizer, Tensor output) {
    Tensor loss = regularizer.call(output);
    if (output.rank() == 0) {
      return loss;
    }
    DType t = loss.dtype();
    Tensor n = Prims.convert(Prims.dimSize(output, 0), t);
    Tensor zero = Prims.eq(n, Prims.scalar(t, 0.0));
    Tensor one = Prims.scalar(t, 1.0);
    return Prims.select(zero, Prims.scalar(t, 0.0), Prims.div(loss, Prims.select(zero, one, n)));
  }
}
