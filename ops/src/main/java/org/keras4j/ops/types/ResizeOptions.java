package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * How images are resized ({@code keras.ops.image.resize}).
 *
 * <pre>{@code
 * Ops.Image.resize(images, List.of(32, 32), ResizeOptions.defaults().interpolation("nearest").padToAspectRatio(true));
 * }</pre>
 */
public final class ResizeOptions {
  private String interpolation = "bilinear";
  private boolean antialias = false;
  private boolean cropToAspectRatio = false;
  private boolean padToAspectRatio = false;
  private String fillMode = "constant";
  private double fillValue = 0;
  private @Nullable String dataFormat;

  private ResizeOptions() {}

  /** Keras's defaults. */
  public static ResizeOptions defaults() {
    return new ResizeOptions();
  }

  /**
   * How values between pixels are found.
   *
   * @param value {@code "nearest"}, {@code "bilinear"} (the default), {@code "bicubic"}, {@code "lanczos3"} or
   *     {@code "lanczos5"}
   * @return these options
   */
  public ResizeOptions interpolation(String value) {
    this.interpolation = value;
    return this;
  }

  /** See {@link #interpolation(String)}. */
  public String interpolation() {
    return interpolation;
  }

  /**
   * Whether images that shrink are smoothed.
   *
   * @param value false by default
   * @return these options
   */
  public ResizeOptions antialias(boolean value) {
    this.antialias = value;
    return this;
  }

  /** See {@link #antialias(boolean)}. */
  public boolean antialias() {
    return antialias;
  }

  /**
   * Whether images are first cropped in the middle to the result's proportions.
   *
   * @param value false by default
   * @return these options
   */
  public ResizeOptions cropToAspectRatio(boolean value) {
    this.cropToAspectRatio = value;
    return this;
  }

  /** See {@link #cropToAspectRatio(boolean)}. */
  public boolean cropToAspectRatio() {
    return cropToAspectRatio;
  }

  /**
   * Whether images are first padded around to the result's proportions.
   *
   * @param value false by default
   * @return these options
   */
  public ResizeOptions padToAspectRatio(boolean value) {
    this.padToAspectRatio = value;
    return this;
  }

  /** See {@link #padToAspectRatio(boolean)}. */
  public boolean padToAspectRatio() {
    return padToAspectRatio;
  }

  /**
   * How padding is filled.
   *
   * @param value {@code "constant"} alone
   * @return these options
   */
  public ResizeOptions fillMode(String value) {
    this.fillMode = value;
    return this;
  }

  /** See {@link #fillMode(String)}. */
  public String fillMode() {
    return fillMode;
  }

  /**
   * What padding is filled with.
   *
   * @param value 0 by default
   * @return these options
   */
  public ResizeOptions fillValue(double value) {
    this.fillValue = value;
    return this;
  }

  /** See {@link #fillValue(double)}. */
  public double fillValue() {
    return fillValue;
  }

  /**
   * Where the channels are.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; null (the default) for the configured one
   * @return these options
   */
  public ResizeOptions dataFormat(@Nullable String value) {
    this.dataFormat = value;
    return this;
  }

  /** See {@link #dataFormat(String)}. */
  public @Nullable String dataFormat() {
    return dataFormat;
  }
}
