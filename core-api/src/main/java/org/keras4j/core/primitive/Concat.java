package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Joins one or more inputs of one dtype along an axis.
 */
public record Concat(int axis) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.atLeast(in, 1);
    Shape s = in.get(0).shape();
    Rule.require(axis >= 0 && axis < s.rank(), in, "an axis of the inputs");
    long sum = 0;
    for (int i = 0; i < in.size(); i++) {
      Rule.sameType(in, 0, i);
      Shape o = in.get(i).shape();
      Rule.require(
          o.rank() == s.rank() && o.with(axis, 0).isCompatible(s.with(axis, 0)),
          in,
          "shapes equal but for axis " + axis);
      long before = sum;
      sum = before < 0 || o.dim(axis) < 0
          ? -1
          : Rule.size(in, () -> Math.addExact(before, o.dim(axis)));
      for (int k = 0; k < s.rank(); k++) {
        if (k != axis && s.dim(k) < 0) {
          s = s.with(k, o.dim(k));
        }
      }
    }
    return List.of(in.get(0).withShape(s.with(axis, sum)));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.concatenate(this, context);
  }
}
