package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * How pieces are put together again ({@code keras.ops.istft}).
 *
 * <pre>{@code
 * Ops.istft(spectrogram, 256, 128, 256, IstftOptions.defaults().window("hamming").length(1000));
 * }</pre>
 */
public final class IstftOptions {
  private @Nullable Integer length;
  private @Nullable Object window = "hann";
  private boolean center = true;

  private IstftOptions() {}

  /** Keras's defaults. */
  public static IstftOptions defaults() {
    return new IstftOptions();
  }

  /**
   * The size of the result.
   *
   * @param value null (the default) for all there is
   * @return these options
   */
  public IstftOptions length(@Nullable Integer value) {
    this.length = value;
    return this;
  }

  /** {@link #length(Integer)} of a number. */
  public IstftOptions length(int value) {
    return length((Integer) value);
  }

  /** See {@link #length(Integer)}. */
  public @Nullable Integer length() {
    return length;
  }

  /**
   * The window that the pieces were multiplied with.
   *
   * @param value {@code "hann"} (the default), {@code "hamming"}, or null for none, which makes, as in Keras, {@code fftLength /
   *     sequenceStride} times the mean of what overlaps
   * @return these options
   */
  public IstftOptions window(@Nullable String value) {
    this.window = value;
    return this;
  }

  /**
   * The window that the pieces were multiplied with.
   *
   * @param value a number for each place of a piece
   * @return these options
   */
  public IstftOptions window(double... value) {
    this.window = value.clone();
    return this;
  }

  /** See {@link #window(String)}; a name, an array, or null. */
  public @Nullable Object window() {
    return window;
  }

  /**
   * Whether half a transform is cut from both ends.
   *
   * @param value true by default
   * @return these options
   */
  public IstftOptions center(boolean value) {
    this.center = value;
    return this;
  }

  /** See {@link #center(boolean)}. */
  public boolean center() {
    return center;
  }
}
