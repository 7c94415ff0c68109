package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Arithmetic of sizes, and shapes made of them. */
final class Sizes {
  private Sizes() {}

  /** The size of an axis: a Long, or an int32 scalar. */
  static Object of(Tensor x, int axis) {
    long n = x.shape().dim(axis);
    return n >= 0 ? (Object) n : Prims.dimSize(x, axis);
  }

  /** The place of each element along an axis, as a tensor that broadcasts with {@code x}. */
  static Tensor places(Tensor x, int axis, DType dtype) {
    long[] line = new long[x.rank()];
    Arrays.fill(line, 1);
    line[axis] = -1;
    return Prims.reshape(Prims.iotaOf(x, axis, dtype), line);
  }

  static Tensor scalar(Object size) {
    return size instanceof Long n ? Prims.scalar(DType.INT32, n) : (Tensor) size;
  }

  private static @Nullable Object binary(String op, Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return switch (op) {
        case "Add" -> x + y;
        case "Sub" -> x - y;
        case "Mul" -> x * y;
        case "Div" -> y == 0 ? null : x / y;
        default -> null;
      };
    }
    Tensor x = scalar(a);
    Tensor y = scalar(b);
    return switch (op) {
      case "Add" -> Prims.add(x, y);
      case "Sub" -> Prims.sub(x, y);
      case "Mul" -> Prims.mul(x, y);
      case "Div" -> Prims.div(x, y);
      default -> null;
    };
  }

  /** The result where both inputs are sizes, else null. */
  static @Nullable List<Operand> binary(String op, Use u) {
    if (!u.in(0).isSizes() || !u.in(1).isSizes() || u.in(0).dtype() != DType.INT64) {
      return null;
    }
    List<Object> a = u.in(0).sizes();
    List<Object> b = u.in(1).sizes();
    int n = Math.max(a.size(), b.size());
    if (a.size() != n && a.size() != 1 || b.size() != n && b.size() != 1) {
      return null;
    }
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Object r = binary(op, a.get(a.size() == 1 ? 0 : i), b.get(b.size() == 1 ? 0 : i));
      if (r == null) {
        return null;
      }
      out.add(r);
    }
    return List.of(Operand.of(out, u.in(0).rank() == 0 && u.in(1).rank() == 0));
  }

  static Object times(Object a, Object b) {
    Object r = binary("Mul", a, b);
    return r == null ? 0L : r;
  }

  /** Reshapes to sizes, none of which is asked to follow from the others. */
  static Tensor reshape(Tensor x, List<Object> sizes) {
    long[] d = new long[sizes.size()];
    List<Tensor> unknown = new ArrayList<>();
    for (int i = 0; i < d.length; i++) {
      d[i] = sizes.get(i) instanceof Long n ? n : -1;
      if (d[i] < 0) {
        unknown.add(scalar(sizes.get(i)));
      }
    }
    Shape to = Shape.of(d);
    boolean follows = unknown.size() == 1 && Arrays.stream(d).noneMatch(v -> v == 0);
    return unknown.isEmpty() || follows ? Prims.reshape(x, to) : Prims.reshape(x, to, unknown);
  }

  /** Repeats along sizes with which a value broadcasts. */
  static Tensor expand(Tensor x, List<Object> sizes) {
    int rank = Math.max(x.rank(), sizes.size());
    long[] d = new long[rank];
    List<Tensor> unknown = new ArrayList<>();
    int[] dims = new int[x.rank()];
    for (int i = 0; i < rank; i++) {
      int at = i - (rank - x.rank());
      Object mine = at < 0 ? 1L : of(x, at);
      int k = i - (rank - sizes.size());
      Object asked = k < 0 ? 1L : sizes.get(k);
      Object size = mine.equals(1L)
          ? asked
          : asked.equals(1L) || mine instanceof Long ? mine : asked instanceof Long ? asked : null;
      if (size == null) {
        size = Prims.max(scalar(mine), scalar(asked));
      }
      d[i] = size instanceof Long n ? n : -1;
      if (d[i] < 0) {
        unknown.add(scalar(size));
      }
      if (at >= 0) {
        dims[at] = i;
      }
    }
    List<Tensor> in = new ArrayList<>();
    in.add(x);
    in.addAll(unknown);
    return Engine.bind(new BroadcastInDim(Shape.of(d), IntList.of(dims)), in).get(0);
  }
}
