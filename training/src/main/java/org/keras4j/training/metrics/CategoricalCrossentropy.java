package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of the cross-entropy of one-hot targets ({@code keras.metrics.CategoricalCrossentropy}):
 *
 * <pre>{@code
 * -sum(yTrue * log(yPred))
 * }</pre>
 *
 * <p>Targets, one-hot, and predictions have one shape {@code (batch, ..., classes)}. Weights, one a sample, may be
 * given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new CategoricalCrossentropy();
 * metric.updateState(new double[][] {{0, 0, 1}, {0, 1, 0}}, new double[][] {{0.1, 0.9, 0.8}, {0.05, 0.95, 0}});
 * Tensor value = metric.result();
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#categoricalCrossentropy
 */
@KerasSerializable(module = "keras.metrics")
public final class CategoricalCrossentropy extends FunctionMetric<CategoricalCrossentropy> {
  @Config
  private boolean fromLogits = false;

  @Config
  private double labelSmoothing = 0;

  @Config
  private int axis = -1;

  /** Named {@code categorical_crossentropy}. */
  public CategoricalCrossentropy() {
    super("categorical_crossentropy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public CategoricalCrossentropy(String name) {
    super(name);
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this metric
   */
  public CategoricalCrossentropy fromLogits(boolean value) {
    return set("fromLogits", () -> this.fromLogits = value);
  }

  /**
   * How far targets are drawn to the middle, 0 to 1.
   *
   * @param value 0 by default
   * @return this metric
   */
  public CategoricalCrossentropy labelSmoothing(double value) {
    return set("labelSmoothing", () -> this.labelSmoothing = value);
  }

  /**
   * The axis of the classes.
   *
   * @param value the last by default
   * @return this metric
   */
  public CategoricalCrossentropy axis(int value) {
    return set("axis", () -> this.axis = value);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalCrossentropy(yTrue, yPred, fromLogits, labelSmoothing, axis);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
