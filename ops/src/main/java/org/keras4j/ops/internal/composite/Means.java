package org.keras4j.ops.internal.composite;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.Prims;

/** Means along axes, whose sizes may be unknown. */
public final class Means {
  private Means() {}

  /** The dtype that sums over many elements are formed in: float32 for shorter floats. */
  public static DType wide(DType t) {
    return t.isFloat() && t.size() < 4 ? DType.FLOAT32 : t;
  }

  /** How many elements the axes hold, as a scalar of a dtype. */
  public static Tensor count(Tensor x, DType dtype, int... axes) {
    double known = 1;
    Tensor unknown = null;
    for (int a : axes) {
      long d = x.shape().dim(a);
      if (d == Shape.UNKNOWN) {
        Tensor size = Prims.convert(Prims.dimSize(x, a), dtype);
        unknown = unknown == null ? size : Prims.mul(unknown, size);
      } else {
        known *= d;
      }
    }
    return unknown == null ? Prims.scalar(dtype, known) : Prims.mul(unknown, known);
  }

  /** The mean along axes, which stay with size 1. */
  public static Tensor meanKeep(Tensor x, int... axes) {
    return Prims.div(Prims.sumKeep(x, axes), count(x, x.dtype(), axes));
  }
}
