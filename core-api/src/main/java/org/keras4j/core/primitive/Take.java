package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Slices of the first input along an axis, at the indices (int32 or int64, any shape) of the second:
 * the axis is replaced by the shape of the indices. Negative indices are out of bounds.
 */
public record Take(int axis, OutOfBounds mode) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.indices(in, 1);
    Shape s = in.get(0).shape();
    Rule.require(axis >= 0 && axis < s.rank(), in, "an axis of the input");
    return List.of(
        in.get(0).withShape(s.slice(0, axis).concat(in.get(1).shape()).concat(s.slice(axis + 1))));
  }

  /** What an index out of bounds gives. */
  public enum OutOfBounds {
    /** The nearest element. */
    CLIP,
    /** NaN for floats, the smallest value for signed integers, the largest for unsigned, true for bool. */
    FILL
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.take(this, context);
  }
}
