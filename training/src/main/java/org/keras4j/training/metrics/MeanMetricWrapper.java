package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Reduction;

/** The weighted mean of a function of targets and predictions ({@code keras.metrics.MeanMetricWrapper}). */
@KerasSerializable(module = "keras.metrics")
public class MeanMetricWrapper extends Mean {
  private final @Nullable MetricFunction fn;

  /** For subclasses, which override {@link #compute}. */
  protected MeanMetricWrapper() {
    this((String) null);
  }

  /** For subclasses, which override {@link #compute}; null for an automatic name. */
  protected MeanMetricWrapper(@Nullable String name) {
    super(name);
    this.fn = null;
  }

  /** A metric of a function, with an automatic name. */
  public MeanMetricWrapper(MetricFunction fn) {
    this(fn, null);
  }

  /** A metric of a function. */
  public MeanMetricWrapper(MetricFunction fn, @Nullable String name) {
    super(name);
    this.fn = fn;
  }

  /** One number a sample. */
  protected Tensor compute(Object yTrue, Object yPred) {
    if (fn == null) {
      throw new IllegalStateException(label() + " has no function");
    }
    return fn.call(yTrue, yPred);
  }

  @Override
  public final void updateState(Object yTrue, Object yPred) {
    updateState(yTrue, yPred, null);
  }

  /** Takes in a batch; the Keras mask of the predictions counts as weight too. */
  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    Tensor mask = yPred instanceof Tensor p ? p.kerasMask() : null;
    Tensor values = compute(yTrue, yPred);
    add(values, Reduction.masked(sampleWeight, mask, dtype(), "sum"));
  }
}
