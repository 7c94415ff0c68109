package org.keras4j.ops.internal.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;

/** Sums of products of integers by kernels that are made for floats. */
final class Wholes {
  private Wholes() {}

  /**
   * Applies a function to the tensors in the float dtype that they combine to; if all are integers, in float64,
   * whose result comes back to the integers' dtype, wrapped.
   */
  static Tensor kept(List<Tensor> tensors, Function<List<Tensor>, Tensor> f) {
    if (!tensors.stream().allMatch(t -> t.dtype().isInteger())) {
      return f.apply(Dtypes.common(tensors.toArray(Tensor[]::new)));
    }
    DType result = Promotion.resultType(tensors.stream().map(Tensor::dtype).toArray());
    List<Tensor> exact = new ArrayList<>();
    for (Tensor t : tensors) {
      exact.add(Prims.convert(t, DType.FLOAT64));
    }
    return Prims.convert(Prims.convert(f.apply(exact), DType.INT64), result);
  }
}
