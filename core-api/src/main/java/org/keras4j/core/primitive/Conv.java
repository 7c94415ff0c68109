package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;

/**
 * Convolution (cross-correlation), channels last: input {@code (n, spatial..., in)} and kernel
 * {@code (spatial..., in / groups, out)} give {@code (n, spatial..., out)}.
 */
public record Conv(ConvAttributes conv) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC, Trait.PRODUCT, Trait.WINDOWED);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Rule.require(!in.get(0).dtype().isComplex(), in, "real numbers");
    return List.of(
        in.get(0).withShape(conv.outputShape(in, in.get(0).shape(), in.get(1).shape())));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.conv(this, context);
  }
}
