package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.ArrayLike;

/** Given values, for a weight of exactly their shape. */
final class GivenValue extends Initializer {
  private final Object value;

  GivenValue(Object value) {
    this.value = value;
  }

  @Override
  public Tensor call(Shape shape, DType dtype) {
    Tensor t = ArrayLike.tensor(value, dtype);
    if (!t.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "A weight of shape " + shape + " got initial values of shape " + t.shape());
    }
    return t;
  }
}
