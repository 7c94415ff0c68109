package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Ones everywhere ({@code keras.initializers.Ones}).
 *
 * <p>Gives a tensor of any shape and dtype.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new Ones());
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class Ones extends Initializer {
  @Override
  public Tensor call(Shape shape, DType dtype) {
    return Ops.ones(shape, dtype);
  }
}
