package org.keras4j.core.primitive;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Multiplies two tensors of one dtype, summing over the contracted pairs of axes and running the batch
 * pairs together. Result axes: batch, then the rest of the first, then the rest of the second.
 * {@code outputType} (null: that of the inputs) is also the type of the sums.
 */
public record DotGeneral(
    IntList lhsBatch,
    IntList rhsBatch,
    IntList lhsContract,
    IntList rhsContract,
    @Nullable DType outputType)
    implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC, Trait.PRODUCT);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Shape a = in.get(0).shape();
    Shape b = in.get(1).shape();
    Rule.pairs(in, lhsBatch, rhsBatch);
    Rule.pairs(in, lhsContract, rhsContract);
    List<Long> d = new ArrayList<>();
    for (int i = 0; i < lhsBatch.size(); i++) {
      long x = a.dim(lhsBatch.get(i));
      d.add(x < 0 ? b.dim(rhsBatch.get(i)) : x);
    }
    for (int i = 0; i < a.rank(); i++) {
      if (!lhsBatch.contains(i) && !lhsContract.contains(i)) {
        d.add(a.dim(i));
      }
    }
    for (int i = 0; i < b.rank(); i++) {
      if (!rhsBatch.contains(i) && !rhsContract.contains(i)) {
        d.add(b.dim(i));
      }
    }
    return List.of(
        new TensorSpec(Shape.of(d), outputType == null ? in.get(0).dtype() : outputType));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.dotGeneral(this, context);
  }
}
