package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;

/**
 * A named function of the library with a graph for a body, which a backend may run as one kernel of its
 * own. Name and attributes say fully what is computed; the body is made when first asked for.
 */
public record Composite(String name, Attributes attributes, BodySource source)
    implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    return body(in).outputSpecs();
  }

  /** The body for inputs of the given specs. */
  public Graph body(List<TensorSpec> in) {
    return source.body(in);
  }

  /** Makes the body; it keeps what it made. */
  @FunctionalInterface
  public interface BodySource {
    Graph body(List<TensorSpec> inputs);
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.composite(this, context);
  }
}
