package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/** Ones everywhere ({@code keras.initializers.Ones}). */
@KerasSerializable(module = "keras.initializers")
public final class Ones extends Initializer {
  @Override
  public Tensor call(Shape shape, DType dtype) {
    return Ops.ones(shape, dtype);
  }
}
