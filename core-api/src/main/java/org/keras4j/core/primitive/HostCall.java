package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;

/**
 * Runs Java code on host copies of the inputs.
 */
public record HostCall(String function, List<TensorSpec> outputs, HostFunction body)
    implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.OPEN_ENDED, Trait.UNSHARED, Trait.HOST);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    return outputs;
  }

  /** The code that runs; it may be called from any thread. */
  @FunctionalInterface
  public interface HostFunction {
    List<NDArray> call(List<NDArray> inputs);

    /** What it computes, as data; null where nobody said. */
    default @Nullable HostKernel kernel() {
      return null;
    }
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.hostCall(this, context);
  }
}
