package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How often predictions, as yes or no, equal targets ({@code keras.metrics.BinaryAccuracy}):
 *
 * <pre>{@code
 * mean(yTrue == (yPred > threshold))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new BinaryAccuracy().name("hits").threshold(0.4);
 * metric.updateState(new double[] {1, 1, 0, 0}, new double[] {0.98, 1, 0, 0.6});
 * Tensor value = metric.result(); // 0.75
 * }</pre>
 *
 * @see Metrics#binaryAccuracy
 */
@KerasSerializable(module = "keras.metrics")
public final class BinaryAccuracy extends FunctionMetric<BinaryAccuracy> {
  @Config
  private double threshold = 0.5;

  /** Named {@code binary_accuracy}. */
  public BinaryAccuracy() {
    super("binary_accuracy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public BinaryAccuracy(String name) {
    super(name);
  }

  /**
   * Predictions above it mean 1.
   *
   * @param value 0.5 by default
   * @return this metric
   */
  public BinaryAccuracy threshold(double value) {
    return set("threshold", () -> this.threshold = value);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.binaryAccuracy(yTrue, yPred, threshold);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
