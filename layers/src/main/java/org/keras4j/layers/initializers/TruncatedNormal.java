package org.keras4j.layers.initializers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.random.RandomOps;

/** Normally distributed numbers, redrawn where they are more than two standard deviations off ({@code keras.initializers.TruncatedNormal}). */
@KerasSerializable(module = "keras.initializers")
public final class TruncatedNormal extends RandomInitializer {
  @Config
  private double mean = 0.0;

  @Config
  private double stddev = 0.05;

  /** Mean 0, standard deviation 0.05. */
  public TruncatedNormal() {}

  /** With these parameters. */
  public TruncatedNormal(double mean, double stddev) {
    this.mean = mean;
    this.stddev = stddev;
  }

  /** The seed: an integer or a seed generator; null for one chosen at random. */
  public TruncatedNormal seed(@Nullable Object value) {
    setSeed(value);
    return this;
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return RandomOps.truncatedNormal(shape, mean, stddev, dtype, seed);
  }
}
