package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.training.losses.Reduction;

/** The weighted mean of a function of targets and predictions. */
abstract class FunctionMetric<S extends FunctionMetric<S>> extends BaseMean<S> {
  FunctionMetric(@Nullable String name) {
    super(name);
  }

  /** One number a sample. */
  protected abstract Tensor compute(Object yTrue, Object yPred);

  @Override
  public final void updateState(Object yTrue, @Nullable Object yPred) {
    updateState(yTrue, predictions(yPred), null);
  }

  /** Takes in a batch; the Keras mask of the predictions counts as weight too. */
  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    Tensor mask = yPred instanceof Tensor p ? p.kerasMask() : null;
    Tensor values = compute(yTrue, yPred);
    add(values, Reduction.masked(sampleWeight, mask, dtype(), "sum"));
  }
}
