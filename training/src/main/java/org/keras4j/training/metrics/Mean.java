package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The weighted mean of values ({@code keras.metrics.Mean}); 0 before there are any:
 *
 * <pre>{@code
 * sum(values * weights) / sum(weights)
 * }</pre>
 *
 * <p>Values are array-like of any shape, those of a sample (all axes but the first) being averaged; {@link #result}
 * is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new Mean().name("step_time");
 * metric.updateState(new double[] {1, 3, 5, 7});
 * Tensor value = metric.result(); // 4.0
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public class Mean extends BaseMean<Mean> {
  /** Named {@code mean}. */
  public Mean() {
    this("mean");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it; null for an automatic one
   */
  public Mean(@Nullable String name) {
    super(name);
  }
}
