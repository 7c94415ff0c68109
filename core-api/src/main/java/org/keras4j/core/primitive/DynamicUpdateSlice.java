package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The first input with the block at the start overwritten by the second; the third is an int32 vector
 * with one start an axis, clamped so that the block fits.
 */
public record DynamicUpdateSlice() implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 3);
    Rule.sameType(in, 0, 1);
    Rule.startVector(in, 2);
    Shape s = in.get(0).shape();
    Shape u = in.get(1).shape();
    Rule.require(u.rank() == s.rank(), in, "an update of the input's rank");
    for (int i = 0; i < s.rank(); i++) {
      Rule.require(s.dim(i) < 0 || u.dim(i) <= s.dim(i), in, "an update that fits into the input");
    }
    return List.of(in.get(0));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.dynamicUpdateSlice(this, context);
  }
}
