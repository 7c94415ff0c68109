package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The k largest elements of the last axis in descending order, and their int32 indices; of equal
 * elements the first wins.
 */
public record TopK(int k) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Shape s = in.get(0).shape();
    Rule.require(!in.get(0).dtype().isComplex(), in, "numbers that have an order");
    Rule.require(
        s.rank() > 0 && k >= 0 && (s.last() < 0 || k <= s.last()),
        in,
        "a last axis of at least " + k);
    Shape out = s.with(-1, k);
    return List.of(in.get(0).withShape(out), new TensorSpec(out, DType.INT32));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.topK(this, context);
  }
}
