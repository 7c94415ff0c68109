package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How often the one-hot target is among the k largest predictions ({@code keras.metrics.TopKCategoricalAccuracy}).
 *
 * <p>Targets, one-hot, and predictions have one shape {@code (batch, ..., classes)}. Weights, one a sample, may be
 * given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new TopKCategoricalAccuracy().k(2);
 * metric.updateState(new double[][] {{0, 0, 1}, {0, 1, 0}}, new double[][] {{0.1, 0.9, 0.8}, {0.05, 0.95, 0}});
 * Tensor value = metric.result(); // 1.0
 * }</pre>
 *
 * @see Metrics#topKCategoricalAccuracy
 */
@KerasSerializable(module = "keras.metrics")
public final class TopKCategoricalAccuracy extends FunctionMetric<TopKCategoricalAccuracy> {
  @Config
  private int k = 5;

  /** Named {@code top_k_categorical_accuracy}. */
  public TopKCategoricalAccuracy() {
    super("top_k_categorical_accuracy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public TopKCategoricalAccuracy(String name) {
    super(name);
  }

  /**
   * How many predictions count.
   *
   * @param value 5 by default
   * @return this metric
   */
  public TopKCategoricalAccuracy k(int value) {
    return set("k", () -> this.k = value);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.topKCategoricalAccuracy(yTrue, yPred, k);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
