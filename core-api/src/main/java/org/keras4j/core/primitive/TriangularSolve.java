package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Solves {@code a x = b} (or {@code a^T x = b}) for triangular matrices {@code a} {@code (..., n, n)},
 * of which the other triangle is not read, and {@code b} {@code (..., n, k)} with equal batch axes.
 */
public record TriangularSolve(boolean lower, boolean transpose, boolean unitDiagonal)
    implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Rule.square(in, 0);
    Shape a = in.get(0).shape();
    Shape b = in.get(1).shape();
    Rule.require(
        b.rank() == a.rank() && b.slice(0, b.rank() - 1).isCompatible(a.slice(0, a.rank() - 1)),
        in,
        "a right side (..., n, k) with equal batch axes");
    return List.of(in.get(1));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.triangularSolve(this, context);
  }
}
