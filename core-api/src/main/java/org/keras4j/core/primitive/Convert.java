package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;

/**
 * Converts elements: floats to integers truncate toward zero and end at the bounds of the dtype, to
 * bool is {@code != 0}, complex to real drops the imaginary part, integers wrap.
 */
public record Convert(DType to) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    return List.of(in.get(0).withDType(to));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.convert(this, context);
  }
}
