package org.keras4j.layers.initializers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.random.RandomOps;

/** Numbers uniform between two bounds ({@code keras.initializers.RandomUniform}). */
@KerasSerializable(module = "keras.initializers")
public final class RandomUniform extends RandomInitializer {
  @Config
  private double minval = -0.05;

  @Config
  private double maxval = 0.05;

  /** From -0.05 to 0.05. */
  public RandomUniform() {}

  /** With these parameters. */
  public RandomUniform(double minval, double maxval) {
    this.minval = minval;
    this.maxval = maxval;
  }

  /** The seed: an integer or a seed generator; null for one chosen at random. */
  public RandomUniform seed(@Nullable Object value) {
    setSeed(value);
    return this;
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return RandomOps.uniform(shape, minval, maxval, dtype, seed);
  }
}
