package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;

/**
 * Elementwise choice. Inputs: a bool predicate, the values where it is true, the values where it is
 * false (of one dtype); all three broadcast as in NumPy.
 */
public record Select() implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 3);
    Rule.require(in.get(0).dtype() == DType.BOOL, in, "a bool predicate");
    Rule.sameType(in, 1, 2);
    return List.of(new TensorSpec(Rule.broadcast(in), in.get(1).dtype()));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.select(this, context);
  }
}
