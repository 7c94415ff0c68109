package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;
import org.keras4j.ops.random.SeedGenerator;

/**
 * How images are distorted ({@code keras.ops.image.elastic_transform}).
 *
 * <pre>{@code
 * Ops.Image.elasticTransform(images, ElasticOptions.defaults().alpha(30).sigma(4).seed(1));
 * }</pre>
 */
public final class ElasticOptions {
  private double alpha = 20;
  private double sigma = 5;
  private String interpolation = "bilinear";
  private String fillMode = "reflect";
  private double fillValue = 0;
  private @Nullable Object seed;
  private @Nullable String dataFormat;

  private ElasticOptions() {}

  /** Keras's defaults. */
  public static ElasticOptions defaults() {
    return new ElasticOptions();
  }

  /**
   * How strongly.
   *
   * @param value 20 by default
   * @return these options
   */
  public ElasticOptions alpha(double value) {
    this.alpha = value;
    return this;
  }

  /** See {@link #alpha(double)}. */
  public double alpha() {
    return alpha;
  }

  /**
   * How smoothly: the standard deviation of what the random shifts are blurred with.
   *
   * @param value 5 by default
   * @return these options
   */
  public ElasticOptions sigma(double value) {
    this.sigma = value;
    return this;
  }

  /** See {@link #sigma(double)}. */
  public double sigma() {
    return sigma;
  }

  /**
   * How values between pixels are found.
   *
   * @param value {@code "bilinear"} (the default) or {@code "nearest"}
   * @return these options
   */
  public ElasticOptions interpolation(String value) {
    this.interpolation = value;
    return this;
  }

  /** See {@link #interpolation(String)}. */
  public String interpolation() {
    return interpolation;
  }

  /**
   * What lies beyond the borders.
   *
   * @param value {@code "reflect"} (the default), {@code "constant"}, {@code "nearest"}, {@code "wrap"} or {@code
   *     "mirror"}
   * @return these options
   */
  public ElasticOptions fillMode(String value) {
    this.fillMode = value;
    return this;
  }

  /** See {@link #fillMode(String)}. */
  public String fillMode() {
    return fillMode;
  }

  /**
   * What lies beyond the borders, if constant.
   *
   * @param value 0 by default
   * @return these options
   */
  public ElasticOptions fillValue(double value) {
    this.fillValue = value;
    return this;
  }

  /** See {@link #fillValue(double)}. */
  public double fillValue() {
    return fillValue;
  }

  /**
   * The seed, for the same shifts at each call; by default they differ.
   *
   * @param value any integer
   * @return these options
   */
  public ElasticOptions seed(int value) {
    this.seed = value;
    return this;
  }

  /**
   * The seed.
   *
   * @param value gives another one at each call; null (the default) for the global one
   * @return these options
   */
  public ElasticOptions seed(@Nullable SeedGenerator value) {
    this.seed = value;
    return this;
  }

  /** See {@link #seed(int)}; an {@link Integer}, a generator, or null. */
  public @Nullable Object seed() {
    return seed;
  }

  /**
   * Where the channels are.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; null (the default) for the configured one
   * @return these options
   */
  public ElasticOptions dataFormat(@Nullable String value) {
    this.dataFormat = value;
    return this;
  }

  /** See {@link #dataFormat(String)}. */
  public @Nullable String dataFormat() {
    return dataFormat;
  }
}
