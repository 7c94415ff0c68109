package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The gradient of a MAX window. Inputs: the operand, and one cotangent a window; each is added, in a
 * tensor of zeros like the operand, at the first (in C order) largest element of its window.
 */
public record WindowSelectAdd(Window window) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.WINDOWED);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Shape out = window.outputShape(in);
    Rule.require(out.isCompatible(in.get(1).shape()), in, "cotangents of shape " + out);
    return List.of(in.get(0));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.windowSelectAdd(this, context);
  }
}
