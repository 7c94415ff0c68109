package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;

/**
 * The identity, through which no gradient flows.
 */
public record StopGradient() implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(this, in, 1);
    return List.of(in.get(0));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.stopGradient(this, context);
  }
}
