package org.keras4j.ops.types;

/**
 * How values between elements are found when tensors are scaled and moved ({@code
 * keras.ops.image.scale_and_translate}).
 *
 * <pre>{@code
 * Ops.Image.scaleAndTranslate(
 *     images, shape, scale, translation, List.of(1, 2), ScaleAndTranslateOptions.method("cubic").antialias(false));
 * }</pre>
 */
public final class ScaleAndTranslateOptions {
  private String method = "linear";
  private boolean antialias = true;

  private ScaleAndTranslateOptions(String method) {
    this.method = method;
  }

  /**
   * How values between elements are found.
   *
   * @param method {@code "linear"} or {@code "cubic"} (with {@code "bi"} or {@code "tri"} before them too), {@code "lanczos3"} or {@code "lanczos5"}
   * @return options
   */
  public static ScaleAndTranslateOptions method(String method) {
    return new ScaleAndTranslateOptions(method);
  }

  /** See {@link #method(String)}. */
  public String method() {
    return method;
  }

  /**
   * Whether what shrinks is smoothed.
   *
   * @param value true by default
   * @return these options
   */
  public ScaleAndTranslateOptions antialias(boolean value) {
    this.antialias = value;
    return this;
  }

  /** See {@link #antialias(boolean)}. */
  public boolean antialias() {
    return antialias;
  }
}
