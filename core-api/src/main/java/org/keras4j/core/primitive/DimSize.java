package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;

/**
 * The size of an axis as an int32 scalar.
 */
public record DimSize(int axis) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    in.get(0).shape().axis(axis);
    return List.of(TensorSpec.of(DType.INT32));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.dimSize(this, context);
  }
}
