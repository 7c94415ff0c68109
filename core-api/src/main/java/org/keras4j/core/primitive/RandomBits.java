package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Random uint32 words by Philox 4x32-10. Input: a uint32 vector of two, the key (k0, k1). Word
 * {@code i} of the flattened output is word {@code i % 4} of the block with counter
 * {@code (low32(i / 4), high32(i / 4), 0, 0)}.
 */
public record RandomBits(Shape shape) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.UNSHARED);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.require(in.get(0).equals(TensorSpec.of(DType.UINT32, 2)), in, "a key of uint32(2,)");
    return List.of(new TensorSpec(shape, DType.UINT32));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.randomBits(this, context);
  }
}
