package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * How the likeness of images is measured ({@code keras.ops.image.ssim}).
 *
 * <pre>{@code
 * Ops.Image.ssim(image1, image2, SsimOptions.defaults().maxVal(255));
 * }</pre>
 */
public final class SsimOptions {
  private double maxVal = 1;
  private int filterSize = 11;
  private double filterSigma = 1.5;
  private double k1 = 0.01;
  private double k2 = 0.03;
  private @Nullable String dataFormat;

  private SsimOptions() {}

  /** Keras's defaults. */
  public static SsimOptions defaults() {
    return new SsimOptions();
  }

  /**
   * The largest value there can be.
   *
   * @param value 1 by default
   * @return these options
   */
  public SsimOptions maxVal(double value) {
    this.maxVal = value;
    return this;
  }

  /** See {@link #maxVal(double)}. */
  public double maxVal() {
    return maxVal;
  }

  /**
   * The size of the Gaussian windows, at most the images'.
   *
   * @param value 11 by default
   * @return these options
   */
  public SsimOptions filterSize(int value) {
    this.filterSize = value;
    return this;
  }

  /** See {@link #filterSize(int)}. */
  public int filterSize() {
    return filterSize;
  }

  /**
   * The standard deviation of the windows.
   *
   * @param value 1.5 by default
   * @return these options
   */
  public SsimOptions filterSigma(double value) {
    this.filterSigma = value;
    return this;
  }

  /** See {@link #filterSigma(double)}. */
  public double filterSigma() {
    return filterSigma;
  }

  /**
   * The weight of what keeps divisions by small means stable.
   *
   * @param value 0.01 by default
   * @return these options
   */
  public SsimOptions k1(double value) {
    this.k1 = value;
    return this;
  }

  /** See {@link #k1(double)}. */
  public double k1() {
    return k1;
  }

  /**
   * The weight of what keeps divisions by small variances stable.
   *
   * @param value 0.03 by default
   * @return these options
   */
  public SsimOptions k2(double value) {
    this.k2 = value;
    return this;
  }

  /** See {@link #k2(double)}. */
  public double k2() {
    return k2;
  }

  /**
   * Where the channels are.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; null (the default) for the configured one
   * @return these options
   */
  public SsimOptions dataFormat(@Nullable String value) {
    this.dataFormat = value;
    return this;
  }

  /** See {@link #dataFormat(String)}. */
  public @Nullable String dataFormat() {
    return dataFormat;
  }
}
