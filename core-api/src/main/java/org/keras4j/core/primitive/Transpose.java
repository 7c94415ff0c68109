package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Reorders axes: axis {@code i} of the output is axis {@code permutation[i]} of the input.
 */
public record Transpose(IntList permutation) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.VIEW);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Shape s = in.get(0).shape();
    Rule.permutation(in, permutation, s.rank());
    long[] d = new long[s.rank()];
    for (int i = 0; i < d.length; i++) {
      d[i] = s.dim(permutation.get(i));
    }
    return List.of(in.get(0).withShape(Shape.of(d)));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.transpose(this, context);
  }
}
