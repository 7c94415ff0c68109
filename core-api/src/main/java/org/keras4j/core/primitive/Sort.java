package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Sorts the first input along an axis, stably, and any further inputs of its shape in the same order.
 * NaN comes last in either direction.
 */
public record Sort(int axis, boolean descending) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.atLeast(in, 1);
    Shape s = in.get(0).shape();
    Rule.require(!in.get(0).dtype().isComplex(), in, "numbers that have an order");
    Rule.require(axis >= 0 && axis < s.rank(), in, "an axis of the input");
    for (TensorSpec x : in) {
      Rule.require(x.shape().isCompatible(s), in, "inputs of one shape");
    }
    return List.copyOf(in);
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.sort(this, context);
  }
}
