package org.keras4j.onnx.internal.operators;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Prims;

/** Quantized numbers. */
final class QuantizeOperators {
  private QuantizeOperators() {}

  static void add() {
    Operators.tensor("QuantizeLinear", u -> {
      Tensor x = u.t(0);
      DType to = u.has(2) ? u.in(2).dtype() : DType.UINT8;
      if (!to.isInteger()) {
        throw new Unsupported("quantization to " + to);
      }
      Tensor scaled = Prims.div(x, aligned(u, 1, x));
      return quantized(scaled, u.has(2) ? aligned(u, 2, x) : null, to);
    });
    Operators.tensor("DequantizeLinear", u -> {
      Tensor x = u.t(0);
      DType t = u.in(1).dtype();
      Tensor y = Prims.convert(x, t);
      if (u.has(2)) {
        y = Prims.sub(y, Prims.convert(aligned(u, 2, x), t));
      }
      return Prims.mul(y, aligned(u, 1, x));
    });
    Operators.put("DynamicQuantizeLinear", u -> {
      Tensor x = u.t(0);
      Tensor zero = Prims.scalarLike(x, 0);
      int[] all = new int[x.rank()];
      Arrays.setAll(all, i -> i);
      Tensor low = Prims.min(Prims.reduce(ReduceKind.MIN, x, all), zero);
      Tensor high = Prims.max(Prims.reduce(ReduceKind.MAX, x, all), zero);
      Tensor scale = Prims.div(Prims.sub(high, low), 255);
      Tensor place = Prims.unary(UnaryKind.ROUND_EVEN, Prims.div(Prims.neg(low), scale));
      Tensor point = Prims.convert(place, DType.UINT8);
      Tensor y = quantized(Prims.div(x, scale), point, DType.UINT8);
      return List.of(Operand.of(y), Operand.of(scale), Operand.of(point));
    });
  }

  /** Scales and zero points: one, one a channel along an axis, or one a block of it. */
  private static Tensor aligned(Use u, int i, Tensor x) {
    Tensor s = u.t(i);
    if (s.rank() == 0 || s.rank() == 1 && s.shape().dim(0) == 1) {
      return Prims.reshape(s, org.keras4j.core.Shape.SCALAR);
    }
    int axis = u.axis("axis", 1, x.rank());
    if (s.rank() > 1) {
      throw new Unsupported("quantization by blocks");
    }
    long[] d = new long[x.rank() - axis];
    Arrays.fill(d, 1);
    d[0] = s.shape().dim(0);
    return Prims.reshape(s, d);
  }

  private static Tensor quantized(Tensor scaled, @Nullable Tensor point, DType to) {
    Tensor y = Prims.unary(UnaryKind.ROUND_EVEN, scaled);
    Tensor moved = point == null ? y : Prims.add(y, Prims.convert(point, y.dtype()));
    return Prims.convert(moved, to); // which ends at the bounds
  }
}
