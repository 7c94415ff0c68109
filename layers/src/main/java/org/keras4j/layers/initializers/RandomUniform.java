package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.random.RandomOps;

/**
 * Numbers uniform between two bounds ({@code keras.initializers.RandomUniform}).
 *
 * <p>Gives a tensor of any shape and float dtype.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new RandomUniform().minval(0).maxval(0.1).seed(1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class RandomUniform extends RandomInitializer<RandomUniform> {
  @Config
  private double minval = -0.05;

  @Config
  private double maxval = 0.05;

  /** From -0.05 to 0.05. */
  public RandomUniform() {}

  /**
   * With these bounds.
   *
   * @param minval the lower, included
   * @param maxval the upper, excluded
   */
  public RandomUniform(double minval, double maxval) {
    this.minval = minval;
    this.maxval = maxval;
  }

  /**
   * The lower bound, included.
   *
   * @param value -0.05 by default
   * @return this initializer
   */
  public RandomUniform minval(double value) {
    return set("minval", () -> this.minval = value);
  }

  /**
   * The upper bound, excluded.
   *
   * @param value 0.05 by default
   * @return this initializer
   */
  public RandomUniform maxval(double value) {
    return set("maxval", () -> this.maxval = value);
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return RandomOps.uniform(shape, minval, maxval, dtype, seed);
  }
}
