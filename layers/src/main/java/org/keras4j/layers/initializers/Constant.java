package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;

/**
 * One value everywhere, or given values that broadcast ({@code keras.initializers.Constant}).
 *
 * <p>Gives a tensor of any shape and dtype.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new Constant(0.1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class Constant extends Initializer {
  @Config
  private Object value = 0.0;

  /** The value 0. */
  public Constant() {}

  /**
   * With this value.
   *
   * @param value a number, or an array-like that broadcasts to the shape asked for
   */
  public Constant(Object value) {
    this.value = value;
  }

  @Override
  public Tensor call(Shape shape, DType dtype) {
    return Ops.multiply(ArrayLike.tensor(value, dtype), Ops.ones(shape, dtype));
  }
}
