package org.keras4j.ops.internal.numpy;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Prims;

/** The forms of functions that work element by element. */
final class Elementwise {
  private Elementwise() {}

  /** A function of one tensor of its own dtype. */
  static Tensor mapping(String name, UnaryOperator<Tensor> f, @Nullable Object x) {
    return Op.call(name, a -> f.apply(a.tensor(0)), x);
  }

  /** A function of two tensors of the dtype they combine to. */
  static Tensor promoting(
      String name, BinaryOperator<Tensor> f, @Nullable Object x1, @Nullable Object x2) {
    return Op.call(
        name,
        a -> {
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          return f.apply(t[0], t[1]);
        },
        x1,
        x2);
  }

  /** A function of two tensors of the float dtype they combine to. */
  static Tensor promotingFloat(
      String name, BinaryOperator<Tensor> f, @Nullable Object x1, @Nullable Object x2) {
    return Op.call(
        name,
        a -> {
          Tensor[] t = Dtypes.promotedFloat(a, 0, 1);
          return f.apply(t[0], t[1]);
        },
        x1,
        x2);
  }

  static Tensor floating(String name, UnaryOperator<Tensor> f, Object x) {
    return Op.call(name, a -> f.apply(a.tensor(0, Dtypes.floating(a.get(0)))), x);
  }

  /** A function of one tensor of the float dtype that it converts to. */
  static Tensor floating(String name, UnaryKind kind, Object x) {
    return floating(name, t -> Prims.unary(kind, t), x);
  }
}
