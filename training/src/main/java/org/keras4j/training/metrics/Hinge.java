package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of the hinge loss of targets -1 or 1 (or 0 or 1, taken as these) ({@code
 * keras.metrics.Hinge}):
 *
 * <pre>{@code
 * max(1 - yTrue * yPred, 0)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new Hinge();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result(); // 1.0
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#hinge
 */
@KerasSerializable(module = "keras.metrics")
public final class Hinge extends FunctionMetric<Hinge> {
  /** Named {@code hinge}. */
  public Hinge() {
    super("hinge");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public Hinge(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.hinge(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
