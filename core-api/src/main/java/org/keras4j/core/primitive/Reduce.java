package org.keras4j.core.primitive;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Folds the axes away. SUM and PROD take numbers and keep the dtype, MAX and MIN reals and bools
 * (propagating NaN), AND and OR bools or integers (bitwise). An empty fold gives the identity.
 */
public record Reduce(ReduceKind kind, IntList axes) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.axes(in, axes);
    DType t = in.get(0).dtype();
    Rule.require(
        switch (kind) {
          case SUM, PROD -> !t.isBool();
          case MAX, MIN -> !t.isComplex();
          case AND, OR -> t.isBool() || t.isInteger();
        },
        in,
        "a dtype that " + kind + " is defined for");
    Shape s = in.get(0).shape();
    List<Long> d = new ArrayList<>();
    for (int i = 0; i < s.rank(); i++) {
      if (!axes.contains(i)) {
        d.add(s.dim(i));
      }
    }
    return List.of(in.get(0).withShape(Shape.of(d)));
  }

  /** The fold. */
  public enum ReduceKind {
    SUM,
    PROD,
    MAX,
    MIN,
    AND,
    OR
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.reduce(this, context);
  }
}
