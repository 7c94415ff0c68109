package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of the hinge loss of one-hot targets ({@code keras.metrics.CategoricalHinge}):
 *
 * <pre>{@code
 * max(max((1 - yTrue) * yPred) - sum(yTrue * yPred) + 1, 0)
 * }</pre>
 *
 * <p>Targets, one-hot, and predictions have one shape {@code (batch, ..., classes)}. Weights, one a sample, may be
 * given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new CategoricalHinge();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result();
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#categoricalHinge
 */
@KerasSerializable(module = "keras.metrics")
public final class CategoricalHinge extends FunctionMetric<CategoricalHinge> {
  /** Named {@code categorical_hinge}. */
  public CategoricalHinge() {
    super("categorical_hinge");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public CategoricalHinge(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalHinge(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
