package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * An elementwise function of two inputs of one dtype, which broadcast as in NumPy.
 */
public record Binary(BinaryKind kind) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Shape s = Rule.broadcast(in);
    return List.of(new TensorSpec(s, kind.resultType(in.get(0).dtype())));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.binary(this, context);
  }
}
