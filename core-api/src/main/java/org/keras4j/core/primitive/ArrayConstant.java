package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;

/**
 * A literal. No inputs; one output, the array.
 */
public record ArrayConstant(NDArray value) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 0);
    return List.of(value.spec());
  }

  @Override
  public NDArray literal() {
    return value;
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.constant(this, context);
  }
}
