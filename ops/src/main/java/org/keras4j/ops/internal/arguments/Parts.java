package org.keras4j.ops.internal.arguments;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/** Arguments that are lists of tensors, or tensors whose rows are meant. */
public final class Parts {
  private Parts() {}

  /** The parts of a list argument, or the rows of a tensor, as tensors of their own dtypes. */
  public static List<Tensor> tensors(Op.Args a, int position) {
    List<Tensor> out = new ArrayList<>();
    for (Object x : parts(a, position)) {
      out.add(ArrayLike.tensor(x));
    }
    return out;
  }

  /** As {@link #tensors}, of the dtype that they combine to. */
  public static List<Tensor> promoted(Op.Args a, int position) {
    List<?> parts = parts(a, position);
    DType d = Dtypes.promote(parts.toArray());
    List<Tensor> out = new ArrayList<>();
    for (Object x : parts) {
      out.add(ArrayLike.tensor(x, d));
    }
    return out;
  }

  /** The parts of a list argument as given, or the rows of a tensor. */
  public static List<?> parts(Op.Args a, int position) {
    Object x = a.get(position);
    List<?> parts = null;
    if (x instanceof Object[] o) {
      parts = java.util.Arrays.asList(o);
    } else if (x instanceof List<?> l) {
      parts = l;
    } else if (x instanceof Tensor t && t.rank() > 0) {
      parts = rows(a, t);
    }
    if (parts == null || parts.isEmpty()) {
      throw new IllegalArgumentException(a.name() + ": expected a list of at least one tensor, got "
          + (Nest.isNested(x) ? "an empty one" : x));
    }
    return parts;
  }

  private static List<Tensor> rows(Op.Args a, Tensor t) {
    long n = t.shape().dim(0);
    if (n < 0) {
      throw new IllegalArgumentException(a.name()
          + ": expected a list of tensors, got one whose first axis is unknown, " + t.shape());
    }
    List<Tensor> out = new ArrayList<>();
    for (long i = 0; i < n; i++) {
      out.add(Prims.reshape(Prims.slice(t, 0, i, i + 1), t.shape().without(0)));
    }
    return out;
  }
}
