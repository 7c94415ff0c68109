package org.keras4j.onnx.internal.operators;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** Quantized numbers. */
final class QuantizeOperators {
  private QuantizeOperators() {}

  static void add() {
    Operators.put("QuantizeLinear", u -> {
      Tensor x = u.t(0);
      long asked = u.integer("output_dtype", 0);
      DType to =
          u.has(2) ? u.in(2).declared() : asked == 0 ? DType.UINT8 : ElementOperators.type(asked);
      Tensor scale = aligned(u, 1, x);
      Tensor scaled = Prims.div(Prims.convert(x, scale.dtype()), scale);
      if (!to.isInteger()) {
        return List.of(Operand.of(ElementOperators.convert(scaled, to, true)));
      }
      return List.of(quantized(scaled, u.has(2) ? aligned(u, 2, x) : null, to));
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
    Operators.put("QLinearMatMul", u -> List.of(product(u)));
    Operators.put("QLinearConv", u -> List.of(convolution(u)));
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
      Operand y = quantized(Prims.div(x, scale), point, DType.UINT8);
      return List.of(y, Operand.of(scale), Operand.of(point));
    });
  }

  // a, its scale and zero, b, its scale and zero, the scale and zero of the result
  private static Operand product(Use u) {
    Tensor sum = Ops.matmul(
        ProductOperators.centered(u, 0, 2, true), ProductOperators.centered(u, 3, 5, false));
    Tensor real =
        Prims.mul(Prims.convert(sum, DType.FLOAT32), Prims.mul(column(scale(u, 1)), scale(u, 4)));
    return quantized(Prims.div(real, scale(u, 6)), u.t(7), u.in(7).declared());
  }

  private static Tensor column(Tensor scale) {
    boolean rows = scale.rank() == 1 && scale.shape().dim(0) != 1;
    return rows ? Prims.expandDims(scale, 1) : scale;
  }

  private static Operand convolution(Use u) {
    Tensor x = ProductOperators.centered(u, 0, 2, false);
    Tensor w = centeredKernel(u, 3, 5);
    Tensor sum = WindowOperators.conv(u, x, w, u.has(8) ? u.t(8) : null);
    Tensor scale = Prims.mul(scale(u, 1), scale(u, 4));
    Tensor real = Prims.mul(Prims.convert(sum, DType.FLOAT32), channels(scale, sum.rank() - 2));
    return quantized(Prims.div(real, scale(u, 6)), u.t(7), u.in(7).declared());
  }

  /** A kernel of a convolution less its zero point, one or one an output channel. */
  static Tensor centeredKernel(Use u, int value, int zero) {
    Tensor w = Prims.convert(u.t(value), DType.INT32);
    return u.has(zero)
        ? Prims.sub(w, channels(Prims.convert(u.t(zero), DType.INT32), w.rank() - 1))
        : w;
  }

  private static Tensor scale(Use u, int i) {
    return Prims.convert(u.t(i), DType.FLOAT32);
  }

  /** One number a channel, with so many axes behind it. */
  private static Tensor channels(Tensor v, int behind) {
    if (v.rank() == 0 || v.shape().dim(0) == 1) {
      return Prims.reshape(v, Shape.SCALAR);
    }
    long[] d = new long[behind + 1];
    Arrays.fill(d, 1);
    d[0] = v.shape().dim(0);
    return Prims.reshape(v, d);
  }

  /** Scales and zero points: one, one a channel along an axis, or one a block of it. */
  private static Tensor aligned(Use u, int i, Tensor x) {
    Tensor s = u.t(i);
    if (s.rank() == 0 || s.rank() == 1 && s.shape().dim(0) == 1) {
      return Prims.reshape(s, Shape.SCALAR);
    }
    int axis = u.axis("axis", 1, x.rank());
    if (s.rank() > 1) {
      return blocks(s, x, axis);
    }
    long[] d = new long[x.rank() - axis];
    Arrays.fill(d, 1);
    d[0] = s.shape().dim(0);
    return Prims.reshape(s, d);
  }

  /** One number a block of an axis, repeated for each of its elements. */
  private static Tensor blocks(Tensor s, Tensor x, int axis) {
    long n = s.shape().intDim(axis);
    long size = (x.shape().intDim(axis) + n - 1) / n;
    int[] from = new int[x.shape().intDim(axis)];
    Arrays.setAll(from, i -> (int) (i / size));
    return Prims.take(s, Operand.of(NDArray.of(from, from.length)).tensor(), axis);
  }

  private static Operand quantized(Tensor scaled, @Nullable Tensor point, DType to) {
    Tensor y = Prims.unary(UnaryKind.ROUND_EVEN, scaled);
    Tensor moved = point == null ? y : Prims.add(y, Prims.convert(point, y.dtype()));
    DType carrier = Operand.carrier(to);
    if (carrier == to) {
      return Operand.of(Prims.convert(moved, to)); // which ends at the bounds
    }
    double least = to.isUnsigned() ? 0 : -8;
    moved = Prims.max(moved, Prims.scalarLike(moved, least));
    moved = Prims.min(moved, Prims.scalarLike(moved, least + 15));
    return Operand.of(Prims.convert(moved, carrier)).as(to);
  }
}
