package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;

/**
 * Folds each window of the input; see {@link Window}. Places that padding adds count as the identity of
 * the fold (0, or the infinity or extreme value that loses).
 */
public record ReduceWindow(WindowKind kind, Window window) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC, Trait.WINDOWED);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    return List.of(in.get(0).withShape(window.outputShape(in)));
  }

  /** The fold. */
  public enum WindowKind {
    SUM,
    MAX,
    MIN
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.reduceWindow(this, context);
  }
}
