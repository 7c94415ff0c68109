package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Singular value decomposition of {@code (..., m, n)}: U {@code (..., m, k)}, the singular values
 * {@code (..., min(m, n))} in descending order, and V transposed {@code (..., k, n)}; {@code k = min(m, n)},
 * or if full, square U and V.
 */
public record Svd(boolean full) implements Factorization {
  private static final Set<Trait> TRAITS = Set.of(Trait.OPEN_ENDED, Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.matrix(in, 0);
    Shape s = in.get(0).shape();
    long m = s.dim(-2);
    long n = s.dim(-1);
    long k = Rule.min(m, n);
    DType real = switch (in.get(0).dtype()) {
      case COMPLEX64 -> DType.FLOAT32;
      case COMPLEX128 -> DType.FLOAT64;
      default -> in.get(0).dtype();
    };
    return List.of(
        in.get(0).withShape(s.with(-1, full ? m : k)),
        new TensorSpec(s.without(-1).with(-1, k), real),
        in.get(0).withShape(s.with(-2, full ? n : k)));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.svd(this, context);
  }

  @Override
  public <R> R factorize(FactorizationVisitor<R> visitor) {
    return visitor.svd(this);
  }
}
