package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Eigenvalues {@code (..., n)}, ascending, and eigenvectors (columns) of symmetric matrices
 * {@code (..., n, n)}, of which the lower triangle is read.
 */
public record Eigh() implements Factorization {
  private static final Set<Trait> TRAITS = Set.of(Trait.OPEN_ENDED, Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.square(in, 0);
    Shape s = in.get(0).shape();
    return List.of(in.get(0).withShape(s.without(-1)), in.get(0));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.eigh(this, context);
  }

  @Override
  public <R> R factorize(FactorizationVisitor<R> visitor) {
    return visitor.eigh(this);
  }
}
