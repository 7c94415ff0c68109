package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The number, or summed weights, of ones predicted as ones ({@code keras.metrics.TruePositives}).
 *
 * <p>Targets, 0 or 1, and predictions, from 0 to 1, have one shape {@code (batch, ...)}. {@link #result} is a scalar,
 * or {@code (thresholds,)} for several thresholds.
 *
 * <pre>{@code
 * var metric = new TruePositives();
 * metric.updateState(new int[] {0, 1, 1, 1}, new double[] {1, 0, 1, 1});
 * Tensor value = metric.result(); // 2.0
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class TruePositives extends ConfusionCount<TruePositives> {
  /** With an automatic name. */
  public TruePositives() {
    this(null);
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it; null for an automatic one
   */
  public TruePositives(@Nullable String name) {
    super(Confusion.Cell.TRUE_POSITIVES, name);
  }
}
