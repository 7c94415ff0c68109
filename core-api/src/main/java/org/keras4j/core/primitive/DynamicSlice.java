package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * A block of {@code sizes} from where the second input, an int32 vector with one start an axis, says;
 * starts are clamped so that the block fits.
 */
public record DynamicSlice(LongList sizes) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.startVector(in, 1);
    Shape s = in.get(0).shape();
    Rule.require(sizes.size() == s.rank(), in, "one size an axis");
    for (int i = 0; i < s.rank(); i++) {
      Rule.require(s.dim(i) < 0 || sizes.get(i) <= s.dim(i), in, "sizes within the input");
    }
    return List.of(in.get(0).withShape(Shape.of(sizes.toArray())));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.dynamicSlice(this, context);
  }
}
