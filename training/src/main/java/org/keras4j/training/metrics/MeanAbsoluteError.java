package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of absolute differences ({@code keras.metrics.MeanAbsoluteError}):
 *
 * <pre>{@code
 * |yTrue - yPred|
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new MeanAbsoluteError();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result(); // 0.25
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#meanAbsoluteError
 */
@KerasSerializable(module = "keras.metrics")
public final class MeanAbsoluteError extends FunctionMetric<MeanAbsoluteError> {
  /** Named {@code mean_absolute_error}. */
  public MeanAbsoluteError() {
    super("mean_absolute_error");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public MeanAbsoluteError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanAbsoluteError(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
