package org.keras4j.ops.internal.arguments;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.engine.ArrayLike;

/** Arguments whose value must be known while a function is called. */
public final class Literals {
  private Literals() {}

  /** A number that must be known while the function is called. */
  public static double number(String op, @Nullable Object x) {
    if (x instanceof Number n) {
      return n.doubleValue();
    }
    Tensor t = Op.call(op, a -> a.tensor(0), x);
    NDArray known = ArrayLike.known(t);
    if (t.shape().size() != 1 || t.dtype().isComplex() || known == null) {
      throw new IllegalArgumentException(op + ": expected a number"
          + (known == null ? " that is known when the graph is made" : "") + ", got " + t.spec());
    }
    return known.item();
  }

  /** A known shape, given as such or by its dimensions. */
  public static Shape shape(String op, Object shape) {
    Shape s = Shape.of(Axes.longs(shape));
    if (!s.isKnown()) {
      throw new IllegalArgumentException(op + ": expected a known shape, got " + s);
    }
    return s;
  }
}
