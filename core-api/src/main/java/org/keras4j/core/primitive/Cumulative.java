package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;

/**
 * Running fold along an axis, each element included; from the end if {@code reverse}. MAX and MIN
 * propagate NaN.
 */
public record Cumulative(CumulativeKind kind, int axis, boolean reverse) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.require(axis >= 0 && axis < in.get(0).rank(), in, "an axis of the input");
    Rule.require(!in.get(0).dtype().isBool(), in, "numbers");
    boolean orders = kind == CumulativeKind.MAX || kind == CumulativeKind.MIN;
    Rule.require(!orders || !in.get(0).dtype().isComplex(), in, "numbers that have an order");
    return List.of(in.get(0));
  }

  /** The fold. */
  public enum CumulativeKind {
    SUM,
    PROD,
    MAX,
    MIN
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.cumulative(this, context);
  }
}
