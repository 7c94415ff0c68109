package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.random.RandomOps;

/**
 * Normally distributed numbers, redrawn where they are more than two standard deviations off ({@code
 * keras.initializers.TruncatedNormal}).
 *
 * <p>Gives a tensor of any shape and float dtype.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new TruncatedNormal().stddev(0.02).seed(1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class TruncatedNormal extends RandomInitializer<TruncatedNormal> {
  @Config
  private double mean = 0.0;

  @Config
  private double stddev = 0.05;

  /** Mean 0, standard deviation 0.05. */
  public TruncatedNormal() {}

  /**
   * With these parameters.
   *
   * @param mean the mean
   * @param stddev the standard deviation
   */
  public TruncatedNormal(double mean, double stddev) {
    this.mean = mean;
    this.stddev = stddev;
  }

  /**
   * The mean.
   *
   * @param value 0 by default
   * @return this initializer
   */
  public TruncatedNormal mean(double value) {
    return set("mean", () -> this.mean = value);
  }

  /**
   * The standard deviation, before the cut.
   *
   * @param value 0.05 by default
   * @return this initializer
   */
  public TruncatedNormal stddev(double value) {
    return set("stddev", () -> this.stddev = value);
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return RandomOps.truncatedNormal(shape, mean, stddev, dtype, seed);
  }
}
