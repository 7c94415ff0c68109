package org.keras4j.layers.initializers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.random.RandomOps;

/** Normally distributed numbers ({@code keras.initializers.RandomNormal}). */
@KerasSerializable(module = "keras.initializers")
public final class RandomNormal extends RandomInitializer {
  @Config
  private double mean = 0.0;

  @Config
  private double stddev = 0.05;

  /** Mean 0, standard deviation 0.05. */
  public RandomNormal() {}

  /** With these parameters. */
  public RandomNormal(double mean, double stddev) {
    this.mean = mean;
    this.stddev = stddev;
  }

  /** The seed: an integer or a seed generator; null for one chosen at random. */
  public RandomNormal seed(@Nullable Object value) {
    setSeed(value);
    return this;
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return RandomOps.normal(shape, mean, stddev, dtype, seed);
  }
}
