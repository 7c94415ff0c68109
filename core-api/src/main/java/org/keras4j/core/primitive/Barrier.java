package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;

/**
 * The identity on all inputs, which optimizations do not cross.
 */
public record Barrier() implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.VIEW, Trait.SAME_ELEMENTS);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    return List.copyOf(in);
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.barrier(this, context);
  }
}
