package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;

/**
 * The mean over samples of the Pearson correlation of targets and predictions ({@code
 * keras.metrics.PearsonCorrelation}):
 *
 * <pre>{@code
 * covariance(yTrue, yPred) / (stddev(yTrue) * stddev(yPred))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new PearsonCorrelation().axis(-1);
 * metric.updateState(new double[][] {{0, 1, 0.5}, {1, 1, 0.2}}, new double[][] {{0.1, 0.9, 0.5}, {1, 0.9, 0.2}});
 * Tensor value = metric.result();
 * }</pre>
 *
 * @see Metrics#pearsonCorrelation
 */
@KerasSerializable(module = "keras.metrics")
public final class PearsonCorrelation extends FunctionMetric<PearsonCorrelation> {
  @Config
  private @Nullable Object axis = -1;

  /** Named {@code pearson_correlation}. */
  public PearsonCorrelation() {
    super("pearson_correlation");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public PearsonCorrelation(String name) {
    super(name);
  }

  /**
   * The axis of the observations, or several axes.
   *
   * @param value one or several, null or none for all; the last by default
   * @return this metric
   */
  public PearsonCorrelation axis(int @Nullable ... value) {
    return set("axis", () -> this.axis = Extent.axes(value));
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.pearsonCorrelation(yTrue, yPred, axis);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
