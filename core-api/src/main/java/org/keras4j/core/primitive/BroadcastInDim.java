package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Repeats elements: axis {@code i} of the first input becomes axis {@code dims[i]} of {@code to} (dims
 * increase), its size there or 1. Each unknown dimension of {@code to} is that of the input's axis
 * mapped to it; where some is not, one int32 scalar input follows for every unknown dimension.
 */
public record BroadcastInDim(Shape to, IntList dims) implements Primitive, SizedByInputs {
  private static final Set<Trait> TRAITS = Set.of(Trait.VIEW);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.atLeast(in, 1);
    TensorSpec x = in.get(0);
    Rule.require(dims.size() == x.rank(), in, "rank " + dims.size());
    int unknown = Rule.unknown(to);
    Rule.require(
        in.size() == 1 || in.size() == 1 + unknown, in, "a size for each unknown of " + to);
    int mapped = 0;
    for (int i = 0; i < dims.size(); i++) {
      int d = dims.get(i);
      Rule.require(
          d >= 0 && d < to.rank() && (i == 0 || d > dims.get(i - 1)),
          in,
          "increasing axes of " + to);
      long size = x.dim(i);
      Rule.require(
          size == 1 || size < 0 || to.dim(d) < 0 || size == to.dim(d), in, "sizes that fit " + to);
      if (to.dim(d) < 0 && size != 1) {
        mapped++;
      }
    }
    Rule.require(in.size() > 1 || mapped == unknown, in, "a source for each unknown of " + to);
    return List.of(x.withShape(to));
  }

  @Override
  public Shape resultShape() {
    return to;
  }

  @Override
  public int operands() {
    return 1;
  }

  @Override
  public Shape shapeOf(List<TensorSpec> operands) {
    Shape s = to;
    for (int i = 0; i < dims.size(); i++) {
      int d = dims.get(i);
      if (s.dim(d) < 0) {
        s = s.with(d, operands.get(0).dim(i));
      }
    }
    return s;
  }

  @Override
  public Primitive withResultShape(Shape s) {
    return new BroadcastInDim(s, dims);
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.broadcastInDim(this, context);
  }
}
