package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Numbers counting from 0 along {@code axis}, repeated along the others. Its inputs are one int32
 * scalar for each unknown dimension of {@code shape}, in order.
 */
public record Iota(Shape shape, int axis, DType dtype) implements Primitive, SizedByInputs {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, Rule.unknown(shape));
    return List.of(new TensorSpec(shape, dtype));
  }

  @Override
  public Shape resultShape() {
    return shape;
  }

  @Override
  public int operands() {
    return 0;
  }

  @Override
  public Shape shapeOf(List<TensorSpec> operands) {
    return shape; // only further inputs tell it
  }

  @Override
  public Primitive withResultShape(Shape s) {
    return new Iota(s, axis, dtype);
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.iota(this, context);
  }
}
