package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The gradient of {@link Conv} by its input, and the transposed convolution. Inputs: the cotangent
 * {@code (n, spatial..., out)} and the kernel; output: a tensor of shape {@code input}.
 */
public record ConvInputGrad(ConvAttributes conv, Shape input) implements Primitive, SizedByInputs {
  private static final Set<Trait> TRAITS = Set.of(Trait.PRODUCT, Trait.WINDOWED);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Rule.require(!in.get(0).dtype().isComplex(), in, "real numbers");
    Shape out = conv.outputShape(in, input, in.get(1).shape());
    Rule.require(out.isCompatible(in.get(0).shape()), in, "a cotangent of shape " + out);
    return List.of(in.get(0).withShape(input));
  }

  @Override
  public Shape resultShape() {
    return input;
  }

  @Override
  public int operands() {
    return 2;
  }

  @Override
  public Shape shapeOf(List<TensorSpec> operands) {
    return input.dim(0) < 0 ? input.with(0, operands.get(0).dim(0)) : input;
  }

  @Override
  public Primitive withResultShape(Shape s) {
    return new ConvInputGrad(conv, s);
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.convInputGrad(this, context);
  }
}
