package org.keras4j.ops.internal.quantize;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.QuantizerOps;
import org.keras4j.ops.grad.CustomGradient;
import org.keras4j.ops.internal.core.CoreOps;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.numpy.ArithmeticOps;
import org.keras4j.ops.internal.numpy.ComparisonOps;
import org.keras4j.ops.internal.numpy.ElementaryOps;
import org.keras4j.ops.internal.numpy.IndexingOps;
import org.keras4j.ops.internal.numpy.ReductionOps;
import org.keras4j.ops.internal.numpy.ShapeOps;

/**
 * {@link QuantizerOps#fakeQuantWithMinMaxVars}: steps between two limits, and its gradient.
 *
 * @param axis of limits of their own, or null
 */
public record FakeQuantizer(
    int bits, boolean narrow, @Nullable Integer axis) {
  /** The limits moved such that 0 is a step, and the size of a step with its inverse. */
  private record Steps(Tensor low, Tensor high, Tensor size, Tensor inverse) {}

  public Tensor apply(Tensor x, Tensor low, Tensor high) {
    return CustomGradient.call(
        in -> quantized(in.get(0), in.get(1), in.get(2)), List.of(x, low, high));
  }

  private CustomGradient.WithGradient<Tensor> quantized(Tensor x, Tensor low, Tensor high) {
    Steps s = steps(along(low, x), along(high, x));
    Tensor zero = ElementaryOps.floor(
        ArithmeticOps.add(ArithmeticOps.multiply(ArithmeticOps.negative(s.low), s.inverse), 0.5));
    Tensor cut = ArithmeticOps.clip(CoreOps.cast(x, s.low.dtype()), s.low, s.high);
    Tensor step = ArithmeticOps.subtract(
        ArithmeticOps.multiply(ArithmeticOps.subtract(cut, s.low), s.inverse), zero);
    Tensor y = ArithmeticOps.multiply(ElementaryOps.floor(ArithmeticOps.add(step, 0.5)), s.size);
    Tensor above = ComparisonOps.greaterEqual(x, s.low);
    Tensor below = ComparisonOps.lessEqual(x, s.high);
    return new CustomGradient.WithGradient<>(CoreOps.cast(y, x.dtype()), cts -> {
      Tensor ct = cts.get(0);
      return Arrays.asList(
          IndexingOps.where(ComparisonOps.logicalAnd(above, below), ct, Prims.scalarLike(ct, 0)),
          limit(ct, ComparisonOps.lessEqual(x, s.low), low),
          limit(ct, ComparisonOps.greaterEqual(x, s.high), high));
    });
  }

  private Steps steps(Tensor given, Tensor givenHigh) {
    DType d = given.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Tensor low = CoreOps.cast(given, d);
    Tensor high = CoreOps.cast(givenHigh, d);
    int largest = (1 << bits) - 1;
    int smallest = narrow ? 1 : 0;
    Tensor span = ArithmeticOps.subtract(high, low);
    Tensor size = ArithmeticOps.divide(span, largest - smallest);
    Tensor inverse = ArithmeticOps.divide(largest - smallest, span);
    Tensor zero = ArithmeticOps.subtract(smallest, ArithmeticOps.divide(low, size));
    zero = ElementaryOps.round(ArithmeticOps.clip(zero, smallest, largest));
    return new Steps(
        ArithmeticOps.multiply(ArithmeticOps.subtract(smallest, zero), size),
        ArithmeticOps.multiply(ArithmeticOps.subtract(largest, zero), size),
        size,
        inverse);
  }

  // limits of one axis are laid out to broadcast
  private Tensor along(Tensor limit, Tensor x) {
    if (axis == null || limit.rank() != 1 || axis == x.rank() - 1) {
      return limit;
    }
    long[] shape = new long[x.rank()];
    Arrays.fill(shape, 1);
    shape[axis] = limit.shape().dim(0);
    return ShapeOps.reshape(limit, Shape.of(shape));
  }

  private Tensor limit(Tensor ct, Tensor cut, Tensor like) {
    Tensor part = IndexingOps.where(cut, ct, Prims.scalarLike(ct, 0));
    int[] others = java.util.stream.IntStream.range(0, ct.rank())
        .filter(i -> axis == null || i != axis)
        .toArray();
    Tensor sum = CoreOps.cast(ReductionOps.sum(part, others), like.dtype());
    return ShapeOps.reshape(sum, like.shape());
  }
}
