package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How often predictions equal targets ({@code keras.metrics.Accuracy}):
 *
 * <pre>{@code
 * mean(yTrue == yPred)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new Accuracy();
 * metric.updateState(new int[] {1, 2, 3, 4}, new int[] {0, 2, 3, 4});
 * Tensor value = metric.result(); // 0.75
 * }</pre>
 *
 * @see Metrics#accuracy
 */
@KerasSerializable(module = "keras.metrics")
public final class Accuracy extends FunctionMetric<Accuracy> {
  /** Named {@code accuracy}. */
  public Accuracy() {
    super("accuracy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public Accuracy(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.accuracy(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
