package org.keras4j.core.primitive;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The gradient of {@link Conv} by its input, and the transposed convolution. Inputs: the cotangent
 * {@code (n, spatial..., out)} and the kernel; output: a tensor of shape {@code input}.
 */
public record ConvInputGrad(ConvAttributes conv, Shape input) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(this, in, 2);
    Rule.sameType(this, in, 0, 1);
    Rule.require(!in.get(0).dtype().isComplex(), this, in, "real numbers");
    Shape out = conv.outputShape(this, in, input, in.get(1).shape());
    Rule.require(out.isCompatible(in.get(0).shape()), this, in, "a cotangent of shape " + out);
    return List.of(in.get(0).withShape(input));
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.convInputGrad(this, context);
  }
}
