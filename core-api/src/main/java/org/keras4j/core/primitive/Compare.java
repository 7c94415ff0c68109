package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;

/**
 * Compares two inputs of one dtype elementwise, broadcasting as NumPy does, to bool. NaN is unequal
 * to everything, and neither less nor greater.
 */
public record Compare(Direction direction) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Rule.require(
        direction == Direction.EQ
            || direction == Direction.NE
            || !in.get(0).dtype().isComplex(),
        in,
        "numbers that have an order");
    return List.of(new TensorSpec(Rule.broadcast(in), DType.BOOL));
  }

  /** What is asked of the pair. */
  public enum Direction {
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.compare(this, context);
  }
}
