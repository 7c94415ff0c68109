package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Slices of the first input {@code (b..., d..., rest...)} at the index tuples in the last axis of the
 * second {@code (b..., m..., n)} (int32 or int64), the first {@code batchDims} axes running together:
 * {@code (b..., m..., rest...)}. Indices out of bounds are clamped.
 */
public record GatherNd(int batchDims) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.indices(in, 1);
    Shape x = in.get(0).shape();
    Shape i = in.get(1).shape();
    Rule.require(i.rank() > batchDims && x.rank() >= batchDims, in, batchDims + " batch axes");
    int n = i.intDim(-1);
    Rule.require(batchDims + n <= x.rank(), in, "index tuples of at most the input's rank");
    Rule.require(x.slice(0, batchDims).isCompatible(i.slice(0, batchDims)), in, "equal batch axes");
    Shape tuples = i.without(-1);
    for (int k = 0; k < n; k++) {
      boolean some = tuples.isKnown() && tuples.size() > 0;
      Rule.require(x.dim(batchDims + k) != 0 || !some, in, "axes that are not empty");
    }
    return List.of(in.get(0).withShape(i.without(-1).concat(x.slice(batchDims + n))));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.gatherNd(this, context);
  }
}
