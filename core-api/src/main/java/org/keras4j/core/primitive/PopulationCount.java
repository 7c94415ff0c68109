package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;

/** How many of the bits of an integer are 1, as an integer of the same dtype; a four-bit integer has four. */
public record PopulationCount() implements Primitive {
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
    return visitor.populationCount(this, context);
  }
}
