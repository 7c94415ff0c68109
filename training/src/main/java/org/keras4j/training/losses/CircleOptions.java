package org.keras4j.training.losses;

import org.jspecify.annotations.Nullable;

/**
 * Which pairs the circle loss looks at, and how ({@code keras.losses.circle}).
 *
 * <pre>{@code
 * Losses.circle(labels, embeddings, CircleOptions.defaults().gamma(64).margin(0.3));
 * }</pre>
 */
public final class CircleOptions {
  private @Nullable Object refLabels;
  private @Nullable Object refEmbeddings;
  private boolean removeDiagonal = true;
  private double gamma = 80;
  private double margin = 0.4;

  private CircleOptions() {}

  /** Keras's defaults. */
  public static CircleOptions defaults() {
    return new CircleOptions();
  }

  /**
   * Labels of the references.
   *
   * @param value array-like {@code (references,)} or {@code (references, 1)}; null (the default) for those of the samples
   * @return these options
   */
  public CircleOptions refLabels(@Nullable Object value) {
    this.refLabels = value;
    return this;
  }

  /** See {@link #refLabels(Object)}. */
  public @Nullable Object refLabels() {
    return refLabels;
  }

  /**
   * The references.
   *
   * @param value array-like {@code (references, d)}, each of length 1; null (the default) for the samples
   * @return these options
   */
  public CircleOptions refEmbeddings(@Nullable Object value) {
    this.refEmbeddings = value;
    return this;
  }

  /** See {@link #refEmbeddings(Object)}. */
  public @Nullable Object refEmbeddings() {
    return refEmbeddings;
  }

  /**
   * Whether sample i and reference i are no pair.
   *
   * @param value true by default
   * @return these options
   */
  public CircleOptions removeDiagonal(boolean value) {
    this.removeDiagonal = value;
    return this;
  }

  /** See {@link #removeDiagonal(boolean)}. */
  public boolean removeDiagonal() {
    return removeDiagonal;
  }

  /**
   * How steep it is.
   *
   * @param value 80 by default
   * @return these options
   */
  public CircleOptions gamma(double value) {
    this.gamma = value;
    return this;
  }

  /** See {@link #gamma(double)}. */
  public double gamma() {
    return gamma;
  }

  /**
   * How far pairs shall be apart.
   *
   * @param value 0.4 by default
   * @return these options
   */
  public CircleOptions margin(double value) {
    this.margin = value;
    return this;
  }

  /** See {@link #margin(double)}. */
  public double margin() {
    return margin;
  }
}
