package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * {@code gain} on the diagonal of a matrix, 0 elsewhere ({@code keras.initializers.Identity}).
 *
 * <p>Gives a matrix of any dtype.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new Identity().gain(0.5));
 * }</pre>
 */
@KerasSerializable(
    module = "keras.initializers",
    aliases = {"keras.initializers.IdentityInitializer"})
public final class Identity extends FluentInitializer<Identity> {
  @Config
  private double gain = 1.0;

  /** The identity matrix. */
  public Identity() {}

  /**
   * With a gain.
   *
   * @param gain what the matrix is multiplied with
   */
  public Identity(double gain) {
    this.gain = gain;
  }

  /**
   * What the matrix is multiplied with.
   *
   * @param value 1 by default
   * @return this initializer
   */
  public Identity gain(double value) {
    return set("gain", () -> this.gain = value);
  }

  @Override
  protected Tensor values(Shape shape, DType dtype) {
    if (shape.rank() != 2) {
      throw new IllegalArgumentException("Identity: expected a matrix, got shape " + shape);
    }
    return Ops.multiply(gain, Ops.eye((int) shape.dim(0), (int) shape.dim(1), 0, dtype));
  }
}
