package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Zeros everywhere ({@code keras.initializers.Zeros}).
 *
 * <p>Gives a tensor of any shape and dtype.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new Zeros());
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class Zeros extends Initializer {
  @Override
  public Tensor call(Shape shape, DType dtype) {
    return Ops.zeros(shape, dtype);
  }
}
