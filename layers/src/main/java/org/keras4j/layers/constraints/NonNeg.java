package org.keras4j.layers.constraints;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/** {@code max(w, 0)} ({@code keras.constraints.NonNeg}). */
@KerasSerializable(module = "keras.constraints")
public final class NonNeg extends Constraint {
  @Override
  public Tensor call(Tensor w) {
    return Ops.maximum(w, 0);
  }
}
