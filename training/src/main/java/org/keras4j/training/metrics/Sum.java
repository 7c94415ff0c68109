package org.keras4j.training.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The weighted sum of values ({@code keras.metrics.Sum}):
 *
 * <pre>{@code
 * sum(values * weights)
 * }</pre>
 *
 * <p>Values are array-like of any shape; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new Sum().name("tokens");
 * metric.updateState(new double[] {1, 3, 5, 7});
 * Tensor value = metric.result(); // 16.0
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public class Sum extends FluentMetric<Sum> {
  private Variable total;

  /** Named {@code sum}. */
  public Sum() {
    this("sum");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public Sum(String name) {
    super(name);
  }

  @Override
  protected void build() {
    total = addVariable("total", Shape.SCALAR, "zeros");
  }

  /** Takes in values. */
  public void updateState(Object values) {
    updateState(values, null);
  }

  /**
   * Takes in values with weights.
   *
   * @param values array-like
   * @param sampleWeight weights that broadcast against them, or null
   */
  @Override
  public void updateState(Object values, @Nullable Object sampleWeight) {
    named(() -> take(values, sampleWeight));
  }

  private void take(Object values, @Nullable Object sampleWeight) {
    ensureBuilt();
    increase(total, Ops.sum(Samples.of(values, sampleWeight, false, dtype()).values()));
  }

  /** Not there: a sum takes values, not targets and predictions. */
  @Override
  public final void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    throw new IllegalArgumentException(
        label() + ": takes values and weights, not targets and predictions");
  }

  /** What {@link #variables} would be after these values, were they the given ones before. */
  public final List<Tensor> statelessUpdateState(
      List<? extends Tensor> metricVariables, Object values) {
    return in(metricVariables, () -> updateState(values));
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return total.value();
  }
}
