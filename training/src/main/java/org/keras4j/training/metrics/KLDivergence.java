package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of the Kullback-Leibler divergence of probabilities along the last axis ({@code
 * keras.metrics.KLDivergence}):
 *
 * <pre>{@code
 * sum(yTrue * log(yTrue / yPred))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new KLDivergence();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result();
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#klDivergence
 */
@KerasSerializable(module = "keras.metrics")
public final class KLDivergence extends FunctionMetric<KLDivergence> {
  /** Named {@code kl_divergence}. */
  public KLDivergence() {
    super("kl_divergence");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public KLDivergence(String name) {
    super(name);
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.klDivergence(yTrue, yPred);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
