package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of absolute differences in percent of the targets ({@code
 * keras.metrics.MeanAbsolutePercentageError}):
 *
 * <pre>{@code
 * 100 * |(yTrue - yPred) / max(|yTrue|, epsilon)|
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new MeanAbsolutePercentageError();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result();
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#meanAbsolutePercentageError
 */
@KerasSerializable(module = "keras.metrics")
public final class MeanAbsolutePercentageError extends FunctionMetric<MeanAbsolutePercentageError> {
  /** Named {@code mean_absolute_percentage_error}. */
  public MeanAbsolutePercentageError() {
    super("mean_absolute_percentage_error");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public MeanAbsolutePercentageError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanAbsolutePercentageError(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
