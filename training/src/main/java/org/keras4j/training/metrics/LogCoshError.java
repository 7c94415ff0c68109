package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of the logarithm of the hyperbolic cosine of differences ({@code
 * keras.metrics.LogCoshError}):
 *
 * <pre>{@code
 * log(cosh(yPred - yTrue))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new LogCoshError();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result(); // 0.108
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#logCosh
 */
@KerasSerializable(module = "keras.metrics")
public final class LogCoshError extends FunctionMetric<LogCoshError> {
  /** Named {@code logcosh}. */
  public LogCoshError() {
    super("logcosh");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public LogCoshError(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.logCosh(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
