package org.keras4j.ops.internal.engine;

import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.VariableArithmetic;

/** Sums of variables and what is added to them. */
public final class VariableSums implements VariableArithmetic {
  /** Called by {@link java.util.ServiceLoader}. */
  public VariableSums() {}

  @Override
  public Tensor changed(Variable v, Object value, boolean plus) {
    Tensor by = value instanceof Tensor t
        ? Prims.convert(t, v.dtype())
        : ArrayLike.tensor(value, v.dtype());
    Shape sum;
    try {
      sum = Shape.broadcast(v.shape(), by.shape());
    } catch (IllegalArgumentException e) {
      sum = Shape.SCALAR;
    }
    if (!sum.equals(v.shape())) {
      throw new IllegalArgumentException("Variable '" + v.path() + "' has shape " + v.shape()
          + ", to which a value of shape " + by.shape() + " cannot be broadcast");
    }
    return plus ? Prims.add(v.value(), by) : Prims.sub(v.value(), by);
  }
}
