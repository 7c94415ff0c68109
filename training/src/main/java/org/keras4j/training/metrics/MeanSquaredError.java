package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of squared differences ({@code keras.metrics.MeanSquaredError}):
 *
 * <pre>{@code
 * (yTrue - yPred)²
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new MeanSquaredError();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result(); // 0.25
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#meanSquaredError
 */
@KerasSerializable(module = "keras.metrics")
public final class MeanSquaredError extends FunctionMetric<MeanSquaredError> {
  /** Named {@code mean_squared_error}. */
  public MeanSquaredError() {
    super("mean_squared_error");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public MeanSquaredError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanSquaredError(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
