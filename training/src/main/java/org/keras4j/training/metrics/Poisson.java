package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of the negative log likelihood of counts ({@code keras.metrics.Poisson}):
 *
 * <pre>{@code
 * yPred - yTrue * log(yPred)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new Poisson();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result(); // 0.5
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#poisson
 */
@KerasSerializable(module = "keras.metrics")
public final class Poisson extends FunctionMetric<Poisson> {
  /** Named {@code poisson}. */
  public Poisson() {
    super("poisson");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public Poisson(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.poisson(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
