package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The same elements in C order under another shape. One unknown dimension of {@code to} is inferred
 * at run time; more need one int32 scalar input each, in order, after the first.
 */
public record ReshapeTo(Shape to) implements Primitive, SizedByInputs {
  private static final Set<Trait> TRAITS = Set.of(Trait.VIEW, Trait.SAME_ELEMENTS, Trait.RESHAPE);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.atLeast(in, 1);
    int extra = in.size() - 1;
    int unknown = Rule.unknown(to);
    Rule.require(
        extra == unknown || (extra == 0 && unknown <= 1), in, "a size for each unknown of " + to);
    TensorSpec x = in.get(0);
    long n = x.shape().size();
    if (n >= 0 && to.isKnown()) {
      Rule.require(n == to.size(), in, "as many elements as " + to);
    }
    if (n >= 0 && unknown == 1 && extra == 0) {
      int at = 0;
      while (to.dim(at) >= 0) {
        at++;
      }
      long known = to.with(at, 1).size();
      Rule.require(known > 0 && n % known == 0, in, "a number of elements dividing into " + to);
      return List.of(x.withShape(to.with(at, n / known)));
    }
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
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) == 0) {
        return to.with(unknownAxis(), 0); // of no elements, any size would do
      }
    }
    return infer(operands).get(0).shape();
  }

  private int unknownAxis() {
    int at = 0;
    while (to.dim(at) >= 0) {
      at++;
    }
    return at;
  }

  @Override
  public Primitive withResultShape(Shape s) {
    return new ReshapeTo(s);
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.reshape(this, context);
  }
}
