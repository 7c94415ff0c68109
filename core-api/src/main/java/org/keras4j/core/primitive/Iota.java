package org.keras4j.core.primitive;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Numbers counting from 0 along {@code axis}, repeated along the others. Its inputs are one int32
 * scalar for each unknown dimension of {@code shape}, in order.
 */
public record Iota(Shape shape, int axis, DType dtype) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(this, in, Rule.unknown(shape));
    return List.of(new TensorSpec(shape, dtype));
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.iota(this, context);
  }
}
