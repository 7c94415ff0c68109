package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of squared differences of logarithms ({@code keras.metrics.MeanSquaredLogarithmicError}):
 *
 * <pre>{@code
 * (log(yTrue + 1) - log(yPred + 1))²
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new MeanSquaredLogarithmicError();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result(); // 0.12
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#meanSquaredLogarithmicError
 */
@KerasSerializable(module = "keras.metrics")
public final class MeanSquaredLogarithmicError extends FunctionMetric<MeanSquaredLogarithmicError> {
  /** Named {@code mean_squared_logarithmic_error}. */
  public MeanSquaredLogarithmicError() {
    super("mean_squared_logarithmic_error");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public MeanSquaredLogarithmicError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.meanSquaredLogarithmicError(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
