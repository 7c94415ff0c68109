package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/** {@code gain} on the diagonal of a matrix, 0 elsewhere ({@code keras.initializers.Identity}). */
@KerasSerializable(
    module = "keras.initializers",
    aliases = {"keras.initializers.IdentityInitializer"})
public final class Identity extends Initializer {
  @Config
  private double gain = 1.0;

  /** The identity matrix. */
  public Identity() {}

  /** The identity matrix times {@code gain}. */
  public Identity(double gain) {
    this.gain = gain;
  }

  @Override
  public Tensor call(Shape shape, DType dtype) {
    if (shape.rank() != 2) {
      throw new IllegalArgumentException("Identity: expected a matrix, got shape " + shape);
    }
    return Ops.multiply(gain, Ops.eye((int) shape.dim(0), (int) shape.dim(1), 0, dtype));
  }
}
