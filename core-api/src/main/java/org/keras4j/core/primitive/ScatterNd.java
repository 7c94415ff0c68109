package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Writes slices into the first input. Second: index tuples {@code (m..., n)} (int32 or int64); third:
 * updates {@code (m..., rest...)}, where rest are the axes after the first n. Tuples out of bounds are
 * dropped. Of several writes to one place SET keeps any, the others combine all.
 */
public record ScatterNd(ScatterKind kind) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 3);
    Rule.indices(in, 1);
    Rule.sameType(in, 0, 2);
    boolean orders = kind == ScatterKind.MIN || kind == ScatterKind.MAX;
    Rule.require(!orders || !in.get(0).dtype().isComplex(), in, "numbers that have an order");
    Shape x = in.get(0).shape();
    Shape i = in.get(1).shape();
    Rule.require(i.rank() > 0 && i.last() <= x.rank(), in, "index tuples of at most the rank");
    Shape u = i.without(-1).concat(x.slice(i.intDim(-1)));
    Rule.require(u.isCompatible(in.get(2).shape()), in, "updates of shape " + u);
    return List.of(in.get(0));
  }

  /** How an update meets what is there. */
  public enum ScatterKind {
    SET,
    ADD,
    MUL,
    MIN,
    MAX
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.scatterNd(this, context);
  }
}
