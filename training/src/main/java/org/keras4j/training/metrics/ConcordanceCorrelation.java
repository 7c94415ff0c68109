package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;

/**
 * The mean over samples of the concordance correlation of targets and predictions ({@code
 * keras.metrics.ConcordanceCorrelation}):
 *
 * <pre>{@code
 * 2 * covariance(yTrue, yPred) / (variance(yTrue) + variance(yPred) + (mean(yTrue) - mean(yPred))²)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new ConcordanceCorrelation().axis(-1);
 * metric.updateState(new double[][] {{0, 1, 0.5}, {1, 1, 0.2}}, new double[][] {{0.1, 0.9, 0.5}, {1, 0.9, 0.2}});
 * Tensor value = metric.result();
 * }</pre>
 *
 * @see Metrics#concordanceCorrelation
 */
@KerasSerializable(module = "keras.metrics")
public final class ConcordanceCorrelation extends FunctionMetric<ConcordanceCorrelation> {
  @Config
  private @Nullable Object axis = -1;

  /** Named {@code concordance_correlation}. */
  public ConcordanceCorrelation() {
    super("concordance_correlation");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public ConcordanceCorrelation(String name) {
    super(name);
  }

  /**
   * The axis of the observations, or several axes.
   *
   * @param value one or several, null or none for all; the last by default
   * @return this metric
   */
  public ConcordanceCorrelation axis(int @Nullable ... value) {
    return set("axis", () -> this.axis = Extent.axes(value));
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.concordanceCorrelation(yTrue, yPred, axis);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
