package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * What a batch normalization does besides subtracting means and dividing by deviations ({@code
 * keras.ops.batch_normalization}).
 *
 * <pre>{@code
 * Ops.batchNormalization(x, mean, variance, -1, BatchNormalizationOptions.defaults().scale(gamma).offset(beta));
 * }</pre>
 */
public final class BatchNormalizationOptions {
  private @Nullable Object offset;
  private @Nullable Object scale;
  private double epsilon = 1e-3;

  private BatchNormalizationOptions() {}

  /** Keras's defaults. */
  public static BatchNormalizationOptions defaults() {
    return new BatchNormalizationOptions();
  }

  /**
   * What is added.
   *
   * @param value a vector, array-like, with one number an element of the axis; null (the default) for nothing
   * @return these options
   */
  public BatchNormalizationOptions offset(@Nullable Object value) {
    this.offset = value;
    return this;
  }

  /** See {@link #offset(Object)}. */
  public @Nullable Object offset() {
    return offset;
  }

  /**
   * What is multiplied with.
   *
   * @param value a vector, array-like, with one number an element of the axis; null (the default) for nothing
   * @return these options
   */
  public BatchNormalizationOptions scale(@Nullable Object value) {
    this.scale = value;
    return this;
  }

  /** See {@link #scale(Object)}. */
  public @Nullable Object scale() {
    return scale;
  }

  /**
   * What is added to the variance.
   *
   * @param value 0.001 by default
   * @return these options
   */
  public BatchNormalizationOptions epsilon(double value) {
    this.epsilon = value;
    return this;
  }

  /** See {@link #epsilon(double)}. */
  public double epsilon() {
    return epsilon;
  }
}
