package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of the cross-entropy of yes and no ({@code keras.metrics.BinaryCrossentropy}):
 *
 * <pre>{@code
 * -yTrue * log(yPred) - (1 - yTrue) * log(1 - yPred)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new BinaryCrossentropy();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result();
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#binaryCrossentropy
 */
@KerasSerializable(module = "keras.metrics")
public final class BinaryCrossentropy extends FunctionMetric<BinaryCrossentropy> {
  @Config
  private boolean fromLogits = false;

  @Config
  private double labelSmoothing = 0;

  /** Named {@code binary_crossentropy}. */
  public BinaryCrossentropy() {
    super("binary_crossentropy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public BinaryCrossentropy(String name) {
    super(name);
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this metric
   */
  public BinaryCrossentropy fromLogits(boolean value) {
    return set("fromLogits", () -> this.fromLogits = value);
  }

  /**
   * How far targets are drawn to the middle, 0 to 1.
   *
   * @param value 0 by default
   * @return this metric
   */
  public BinaryCrossentropy labelSmoothing(double value) {
    return set("labelSmoothing", () -> this.labelSmoothing = value);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.binaryCrossentropy(yTrue, yPred, fromLogits, labelSmoothing, -1);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
