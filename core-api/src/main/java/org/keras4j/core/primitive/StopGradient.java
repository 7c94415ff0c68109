package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;

/**
 * The identity, through which no gradient flows.
 */
public record StopGradient() implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.VIEW, Trait.SAME_ELEMENTS);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    return List.of(in.get(0));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.stopGradient(this, context);
  }
}
