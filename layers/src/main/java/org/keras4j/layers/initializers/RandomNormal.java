package org.keras4j.layers.initializers;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.random.RandomOps;

/**
 * Normally distributed numbers ({@code keras.initializers.RandomNormal}).
 *
 * <p>Gives a tensor of any shape and float dtype.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new RandomNormal().stddev(0.02).seed(1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class RandomNormal extends RandomInitializer<RandomNormal> {
  @Config
  private double mean = 0.0;

  @Config
  private double stddev = 0.05;

  /** Mean 0, standard deviation 0.05. */
  public RandomNormal() {}

  /**
   * With these parameters.
   *
   * @param mean the mean
   * @param stddev the standard deviation
   */
  public RandomNormal(double mean, double stddev) {
    this.mean = mean;
    this.stddev = stddev;
  }

  /**
   * The mean.
   *
   * @param value 0 by default
   * @return this initializer
   */
  public RandomNormal mean(double value) {
    return set("mean", () -> this.mean = value);
  }

  /**
   * The standard deviation.
   *
   * @param value 0.05 by default
   * @return this initializer
   */
  public RandomNormal stddev(double value) {
    return set("stddev", () -> this.stddev = value);
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return RandomOps.normal(shape, mean, stddev, dtype, seed);
  }
}
