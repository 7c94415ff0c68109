package org.keras4j.ops.internal.arguments;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Sizes of axes that may be known at run time only. */
public final class Sizes {
  private Sizes() {}

  /** Reshapes to sizes that are numbers or, where known at run time only, int32 scalars. */
  public static Tensor reshape(Tensor x, List<?> sizes) {
    if (sizes.stream().anyMatch(d -> d instanceof Tensor)
        || sizes.stream()
                .filter(d -> d instanceof Number n && n.longValue() < 0)
                .count()
            > 1) {
      return reshapeTo(x, sizes);
    }
    return Prims.reshape(
        x, sizes.stream().mapToLong(d -> ((Number) d).longValue()).toArray());
  }

  private static Tensor reshapeTo(Tensor x, List<?> dims) {
    long[] d = new long[dims.size()];
    List<Tensor> in = new ArrayList<>(List.of(x));
    int left = -1;
    for (int i = 0; i < d.length; i++) {
      if (Dimensions.isOpen(dims.get(i))) {
        d[i] = Shape.UNKNOWN;
        in.add(ArrayLike.tensor(dims.get(i), DType.INT32));
      } else {
        d[i] = Axes.longInteger(dims.get(i));
        if (d[i] < 0) {
          if (left >= 0) {
            throw new IllegalArgumentException("Only one dimension can be -1, got " + dims);
          }
          left = i;
          in.add(x); // its size replaces it below
        }
      }
    }
    if (left >= 0) {
      if (in.size() == 2) {
        return Prims.reshape(x, Shape.of(d));
      }
      Tensor rest = of(x);
      int at = 0;
      int k = 1;
      for (int i = 0; i < d.length; i++) {
        if (i == left) {
          at = k++;
        } else if (d[i] < 0) {
          rest = Prims.div(rest, in.get(k++));
        } else {
          rest = Prims.div(rest, Prims.scalar(DType.INT32, d[i]));
        }
      }
      in.set(at, rest);
    }
    return Engine.bind(new ReshapeTo(Shape.of(d)), in).get(0);
  }

  /** The number of elements as an int32 scalar. */
  public static Tensor of(Tensor x) {
    return of(x, IntList.range(0, x.rank()).toArray());
  }

  /** The number of elements along some axes as an int32 scalar. */
  public static Tensor of(Tensor x, int[] axes) {
    long known = 1;
    Tensor n = null;
    for (int i : axes) {
      if (x.shape().dim(i) >= 0) {
        known *= x.shape().dim(i);
      } else {
        Tensor d = Prims.dimSize(x, i);
        n = n == null ? d : Prims.mul(n, d);
      }
    }
    Tensor k = Prims.scalar(DType.INT32, known);
    return n == null ? k : known == 1 ? n : Prims.mul(n, k);
  }

  /** {@code 0, 1, ...} up to a size known at run time, int32. */
  public static Tensor count(Tensor size) {
    return Engine.bind1(new Iota(Shape.of(-1), 0, DType.INT32), size);
  }

  /** {@code 0, 1, ...} along an axis, int32. */
  public static Tensor positions(Tensor t, int axis) {
    long n = t.shape().dim(axis);
    return n >= 0 ? Prims.iota(Shape.of(n), 0, DType.INT32) : count(Prims.dimSize(t, axis));
  }
}
