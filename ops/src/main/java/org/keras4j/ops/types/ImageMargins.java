package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * What is added around images or cut from them ({@code keras.ops.image.pad_images}, {@code keras.ops.image.crop_images}): of top, bottom and the target height, and of left, right and the target width, two each.
 *
 * <pre>{@code
 * Ops.Image.padImages(images, ImageMargins.defaults().top(2).left(2).targetHeight(32).targetWidth(32));
 * }</pre>
 */
public final class ImageMargins {
  private @Nullable Integer top;
  private @Nullable Integer left;
  private @Nullable Integer bottom;
  private @Nullable Integer right;
  private @Nullable Integer targetHeight;
  private @Nullable Integer targetWidth;
  private @Nullable String dataFormat;

  private ImageMargins() {}

  /** Keras's defaults. */
  public static ImageMargins defaults() {
    return new ImageMargins();
  }

  /**
   * Rows above.
   *
   * @param value none by default
   * @return these options
   */
  public ImageMargins top(int value) {
    this.top = value;
    return this;
  }

  /** See {@link #top(int)}. */
  public @Nullable Integer top() {
    return top;
  }

  /**
   * Columns on the left.
   *
   * @param value none by default
   * @return these options
   */
  public ImageMargins left(int value) {
    this.left = value;
    return this;
  }

  /** See {@link #left(int)}. */
  public @Nullable Integer left() {
    return left;
  }

  /**
   * Rows below.
   *
   * @param value none by default
   * @return these options
   */
  public ImageMargins bottom(int value) {
    this.bottom = value;
    return this;
  }

  /** See {@link #bottom(int)}. */
  public @Nullable Integer bottom() {
    return bottom;
  }

  /**
   * Columns on the right.
   *
   * @param value none by default
   * @return these options
   */
  public ImageMargins right(int value) {
    this.right = value;
    return this;
  }

  /** See {@link #right(int)}. */
  public @Nullable Integer right() {
    return right;
  }

  /**
   * The height of the result.
   *
   * @param value what top and bottom make it by default
   * @return these options
   */
  public ImageMargins targetHeight(int value) {
    this.targetHeight = value;
    return this;
  }

  /** See {@link #targetHeight(int)}. */
  public @Nullable Integer targetHeight() {
    return targetHeight;
  }

  /**
   * The width of the result.
   *
   * @param value what left and right make it by default
   * @return these options
   */
  public ImageMargins targetWidth(int value) {
    this.targetWidth = value;
    return this;
  }

  /** See {@link #targetWidth(int)}. */
  public @Nullable Integer targetWidth() {
    return targetWidth;
  }

  /**
   * Where the channels are.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; null (the default) for the configured one
   * @return these options
   */
  public ImageMargins dataFormat(@Nullable String value) {
    this.dataFormat = value;
    return this;
  }

  /** See {@link #dataFormat(String)}. */
  public @Nullable String dataFormat() {
    return dataFormat;
  }
}
