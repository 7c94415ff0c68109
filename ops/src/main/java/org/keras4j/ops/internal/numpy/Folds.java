package org.keras4j.ops.internal.numpy;

import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.Prims;

/** What folds along axes share. */
public final class Folds {
  private Folds() {}

  public static Tensor fold(ReduceKind kind, Tensor x, int[] axes, boolean keepdims) {
    return keepdims ? Prims.reduceKeep(kind, x, axes) : Prims.reduce(kind, x, axes);
  }

  public static boolean keep(Op.Args a, int i) {
    return Boolean.TRUE.equals(a.get(i));
  }

  public static Tensor mean(Tensor t, int[] axes, boolean keepdims) {
    Tensor s = fold(ReduceKind.SUM, t, axes, keepdims);
    return Prims.div(s, Prims.convert(Sizes.of(t, axes), t.dtype()));
  }

  public static void requireElements(Op.Args a, Tensor t, int[] axes, boolean bounded) {
    for (int i : axes) {
      if (t.shape().dim(i) == 0 && !bounded) {
        throw new IllegalArgumentException(
            a.name() + ": axis " + i + " of shape " + t.shape() + " is empty and has no extreme");
      }
    }
  }
}
