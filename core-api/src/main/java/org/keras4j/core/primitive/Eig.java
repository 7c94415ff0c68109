package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Eigenvalues {@code (..., n)} and eigenvectors (columns) of general matrices {@code (..., n, n)}, both
 * complex, in no particular order.
 */
public record Eig() implements Factorization {
  private static final Set<Trait> TRAITS = Set.of(Trait.OPEN_ENDED, Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.square(in, 0);
    DType c = in.get(0).dtype() == DType.FLOAT64 || in.get(0).dtype() == DType.COMPLEX128
        ? DType.COMPLEX128
        : DType.COMPLEX64;
    Shape s = in.get(0).shape();
    return List.of(new TensorSpec(s.without(-1), c), new TensorSpec(s, c));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.eig(this, context);
  }

  @Override
  public <R> R factorize(FactorizationVisitor<R> visitor) {
    return visitor.eig(this);
  }
}
