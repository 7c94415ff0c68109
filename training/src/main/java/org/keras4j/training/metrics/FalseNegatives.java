package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The number, or summed weights, of ones predicted as zeros ({@code keras.metrics.FalseNegatives}).
 *
 * <p>Targets, 0 or 1, and predictions, from 0 to 1, have one shape {@code (batch, ...)}. {@link #result} is a scalar,
 * or {@code (thresholds,)} for several thresholds.
 *
 * <pre>{@code
 * var metric = new FalseNegatives().thresholds(0.3, 0.7);
 * metric.updateState(new int[] {0, 1, 1, 1}, new double[] {0, 1, 0, 0.5});
 * Tensor value = metric.result();
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class FalseNegatives extends ConfusionCount<FalseNegatives> {
  /** With an automatic name. */
  public FalseNegatives() {
    this(null);
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it; null for an automatic one
   */
  public FalseNegatives(@Nullable String name) {
    super(Confusion.Cell.FALSE_NEGATIVES, name);
  }
}
