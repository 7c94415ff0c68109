package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The gradient of {@link Conv} by its kernel. Inputs: the convolution's input and the cotangent; output:
 * a tensor of shape {@code kernel}.
 */
public record ConvKernelGrad(ConvAttributes conv, Shape kernel) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.PRODUCT, Trait.WINDOWED);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Shape out = conv.outputShape(in, in.get(0).shape(), kernel);
    Rule.require(out.isCompatible(in.get(1).shape()), in, "a cotangent of shape " + out);
    return List.of(in.get(0).withShape(kernel));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.convKernelGrad(this, context);
  }
}
