package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * LU decomposition with partial pivoting of {@code (..., m, n)}: the packed factors, the int32 pivots
 * {@code (..., min(m, n))} counted from 0 (row i was swapped with row pivots[i]), and the int32 row
 * permutation {@code (..., m)} with {@code a[perm] = L U}.
 */
public record Lu() implements Factorization {
  private static final Set<Trait> TRAITS = Set.of(Trait.OPEN_ENDED, Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.matrix(in, 0);
    Shape s = in.get(0).shape();
    Shape batch = s.slice(0, s.rank() - 2);
    long m = s.dim(-2);
    return List.of(
        in.get(0),
        new TensorSpec(batch.insert(batch.rank(), Rule.min(m, s.dim(-1))), DType.INT32),
        new TensorSpec(batch.insert(batch.rank(), m), DType.INT32));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.lu(this, context);
  }

  @Override
  public <R> R factorize(FactorizationVisitor<R> visitor) {
    return visitor.lu(this);
  }
}
