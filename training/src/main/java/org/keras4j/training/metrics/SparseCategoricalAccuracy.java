package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How often the largest prediction is that of the target's class number ({@code
 * keras.metrics.SparseCategoricalAccuracy}):
 *
 * <pre>{@code
 * mean(yTrue == argmax(yPred))
 * }</pre>
 *
 * <p>Targets are class numbers {@code (batch, ...)} or {@code (batch, ..., 1)}, predictions {@code (batch, ...,
 * classes)}. Weights, one a sample, may be given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new SparseCategoricalAccuracy();
 * metric.updateState(new int[] {2, 1}, new double[][] {{0.1, 0.6, 0.3}, {0.05, 0.95, 0}});
 * Tensor value = metric.result(); // 0.5
 * }</pre>
 *
 * @see Metrics#sparseCategoricalAccuracy
 */
@KerasSerializable(module = "keras.metrics")
public final class SparseCategoricalAccuracy extends FunctionMetric<SparseCategoricalAccuracy> {
  /** Named {@code sparse_categorical_accuracy}. */
  public SparseCategoricalAccuracy() {
    super("sparse_categorical_accuracy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public SparseCategoricalAccuracy(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.sparseCategoricalAccuracy(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
