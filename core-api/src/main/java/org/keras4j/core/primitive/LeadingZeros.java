package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;

/**
 * How many bits of an integer stand before its first 1, counted from the highest, as an integer of the same dtype: all of them
 * of 0, none of a negative one.
 */
public record LeadingZeros() implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.require(in.get(0).dtype().isInteger(), in, "integers");
    return List.of(in.get(0));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.leadingZeros(this, context);
  }
}
