package org.keras4j.training.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** What weighted means have in common: a total, and the sum of weights. */
abstract class BaseMean<S extends BaseMean<S>> extends FluentMetric<S> {
  private Variable total;
  private Variable count;

  BaseMean(@Nullable String name) {
    super(name);
  }

  @Override
  protected void build() {
    total = addVariable("total", Shape.SCALAR, "zeros");
    count = addVariable("count", Shape.SCALAR, "zeros");
  }

  /** Takes in values. */
  public void updateState(Object values) {
    add(values, null);
  }

  /**
   * Takes in values with weights.
   *
   * @param values array-like; those of a sample (all axes but the first) are averaged
   * @param sampleWeight weights that broadcast against them, or null
   */
  @Override
  public void updateState(Object values, @Nullable Object sampleWeight) {
    named(() -> add(values, sampleWeight));
  }

  /** Not there in a plain mean, which takes values, not targets and predictions. */
  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    throw new IllegalArgumentException(
        label() + ": takes values and weights, not targets and predictions");
  }

  final Object predictions(@Nullable Object yPred) {
    if (yPred == null) {
      throw new IllegalArgumentException(label() + ": expected targets and predictions, got null");
    }
    return yPred;
  }

  /** What {@link #variables} would be after these values, were they the given ones before. */
  public final List<Tensor> statelessUpdateState(
      List<? extends Tensor> metricVariables, Object values) {
    return in(metricVariables, () -> updateState(values));
  }

  final void add(Object values, @Nullable Object sampleWeight) {
    ensureBuilt();
    Samples s = Samples.of(values, sampleWeight, true, dtype());
    increase(total, Ops.sum(s.values()));
    if (s.weights() != null) {
      increase(count, Ops.sum(s.weights()));
    } else if (s.values().rank() > 0) {
      increase(count, Prims.dimSize(s.values(), 0));
    } else {
      increase(count, Prims.scalar(dtype(), 1.0));
    }
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return Ops.divideNoNan(total.value(), count.value());
  }
}
