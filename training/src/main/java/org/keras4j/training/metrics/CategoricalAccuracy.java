package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How often the largest prediction is that of the one-hot target ({@code keras.metrics.CategoricalAccuracy}):
 *
 * <pre>{@code
 * mean(argmax(yTrue) == argmax(yPred))
 * }</pre>
 *
 * <p>Targets, one-hot, and predictions have one shape {@code (batch, ..., classes)}. Weights, one a sample, may be
 * given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new CategoricalAccuracy();
 * metric.updateState(new double[][] {{0, 0, 1}, {0, 1, 0}}, new double[][] {{0.1, 0.9, 0.8}, {0.05, 0.95, 0}});
 * Tensor value = metric.result(); // 0.5
 * }</pre>
 *
 * @see Metrics#categoricalAccuracy
 */
@KerasSerializable(module = "keras.metrics")
public final class CategoricalAccuracy extends FunctionMetric<CategoricalAccuracy> {
  /** Named {@code categorical_accuracy}. */
  public CategoricalAccuracy() {
    super("categorical_accuracy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public CategoricalAccuracy(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.categoricalAccuracy(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
