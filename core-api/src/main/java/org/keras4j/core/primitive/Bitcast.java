package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Reads the bits as another dtype. Where sizes differ the last axis shrinks or grows by the ratio.
 */
public record Bitcast(DType to) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    TensorSpec x = in.get(0);
    int from = x.dtype().size();
    if (from == to.size()) {
      return List.of(x.withDType(to));
    }
    Rule.require(x.rank() > 0, in, "at least one axis when the sizes differ");
    long last = x.dim(-1);
    Rule.require(
        last < 0 || last * from % to.size() == 0, in, "a last axis that divides into " + to);
    return List.of(new TensorSpec(
        x.shape().with(-1, last < 0 ? Shape.UNKNOWN : last * from / to.size()), to));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.bitcast(this, context);
  }
}
