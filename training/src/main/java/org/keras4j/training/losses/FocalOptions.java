package org.keras4j.training.losses;

/**
 * How a focal crossentropy weighs what is easy ({@code keras.losses.binary_focal_crossentropy}, {@code
 * categorical_focal_crossentropy}).
 *
 * <pre>{@code
 * Losses.binaryFocalCrossentropy(yTrue, yPred, FocalOptions.defaults().gamma(3).fromLogits(true));
 * }</pre>
 */
public final class FocalOptions {
  private boolean applyClassBalancing = false;
  private Object alpha = 0.25;
  private double gamma = 2;
  private boolean fromLogits = false;
  private double labelSmoothing = 0;
  private int axis = -1;

  private FocalOptions() {}

  /** Keras's defaults. */
  public static FocalOptions defaults() {
    return new FocalOptions();
  }

  /**
   * Whether class 1 counts alpha and class 0 the rest; of binary crossentropy alone.
   *
   * @param value false by default
   * @return these options
   */
  public FocalOptions applyClassBalancing(boolean value) {
    this.applyClassBalancing = value;
    return this;
  }

  /** See {@link #applyClassBalancing(boolean)}. */
  public boolean applyClassBalancing() {
    return applyClassBalancing;
  }

  /**
   * What losses are multiplied with.
   *
   * @param value a number, or, of categorical crossentropy, one for each class; 0.25 by default
   * @return these options
   */
  public FocalOptions alpha(double... value) {
    this.alpha = value.length == 1 ? value[0] : value.clone();
    return this;
  }

  /** See {@link #alpha(double...)}; a {@link Double} or an array. */
  public Object alpha() {
    return alpha;
  }

  /**
   * The power that dims what is easy.
   *
   * @param value 2 by default
   * @return these options
   */
  public FocalOptions gamma(double value) {
    this.gamma = value;
    return this;
  }

  /** See {@link #gamma(double)}. */
  public double gamma() {
    return gamma;
  }

  /**
   * Whether predictions are logits.
   *
   * @param value false by default: they are probabilities
   * @return these options
   */
  public FocalOptions fromLogits(boolean value) {
    this.fromLogits = value;
    return this;
  }

  /** See {@link #fromLogits(boolean)}. */
  public boolean fromLogits() {
    return fromLogits;
  }

  /**
   * How far targets are moved from 0 and 1.
   *
   * @param value 0 by default
   * @return these options
   */
  public FocalOptions labelSmoothing(double value) {
    this.labelSmoothing = value;
    return this;
  }

  /** See {@link #labelSmoothing(double)}. */
  public double labelSmoothing() {
    return labelSmoothing;
  }

  /**
   * The axis of the classes.
   *
   * @param value -1 by default
   * @return these options
   */
  public FocalOptions axis(int value) {
    this.axis = value;
    return this;
  }

  /** See {@link #axis(int)}. */
  public int axis() {
    return axis;
  }
}
