package org.keras4j.layers.constraints;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Turns negative weights into 0 ({@code keras.constraints.NonNeg}): {@code max(w, 0)}.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelConstraint(new NonNeg());
 * }</pre>
 */
@KerasSerializable(module = "keras.constraints")
public final class NonNeg extends Constraint {
  @Override
  public Tensor call(Tensor w) {
    return Ops.maximum(w, 0);
  }
}
