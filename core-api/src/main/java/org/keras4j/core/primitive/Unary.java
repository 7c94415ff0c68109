package org.keras4j.core.primitive;

import java.util.List;
import org.keras4j.core.TensorSpec;

/**
 * An elementwise function of one input; same shape.
 */
public record Unary(UnaryKind kind) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(this, in, 1);
    TensorSpec x = in.get(0);
    return List.of(x.withDType(kind.resultType(this, x.dtype())));
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.unary(this, context);
  }
}
