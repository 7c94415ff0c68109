package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The int32 index of the largest (or smallest) element along an axis, the first of several; a NaN
 * counts as the largest (smallest). The axis must not be empty.
 */
public record ArgReduce(boolean max, int axis) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Shape s = in.get(0).shape();
    Rule.require(!in.get(0).dtype().isComplex(), in, "numbers that have an order");
    Rule.require(axis >= 0 && axis < s.rank(), in, "an axis of the input");
    Rule.require(s.dim(axis) != 0, in, "an axis that is not empty");
    return List.of(new TensorSpec(s.without(axis), DType.INT32));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.argReduce(this, context);
  }
}
