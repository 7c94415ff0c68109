package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * QR decomposition of {@code (..., m, n)}: Q {@code (..., m, k)} and R {@code (..., k, n)}, with
 * {@code k = min(m, n)}, or {@code m} if full.
 */
public record Qr(boolean full) implements Factorization {
  private static final Set<Trait> TRAITS = Set.of(Trait.OPEN_ENDED, Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.matrix(in, 0);
    Shape s = in.get(0).shape();
    long k = full ? s.dim(-2) : Rule.min(s.dim(-2), s.dim(-1));
    return List.of(in.get(0).withShape(s.with(-1, k)), in.get(0).withShape(s.with(-2, k)));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.qr(this, context);
  }

  @Override
  public <R> R factorize(FactorizationVisitor<R> visitor) {
    return visitor.qr(this);
  }
}
