package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How many of those predicted as ones are ones ({@code keras.metrics.Precision}):
 *
 * <pre>{@code
 * truePositives / (truePositives + falsePositives)
 * }</pre>
 *
 * <p>Targets, 0 or 1, and predictions, from 0 to 1, have one shape {@code (batch, ...)}. {@link #result} is a scalar,
 * or {@code (thresholds,)} for several thresholds.
 *
 * <pre>{@code
 * var metric = new Precision().name("p").thresholds(0.4);
 * metric.updateState(new int[] {0, 1, 1, 1}, new double[] {1, 0, 1, 1});
 * Tensor value = metric.result(); // 0.667
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class Precision extends ConfusionRatio<Precision> {
  /** With an automatic name. */
  public Precision() {
    this(null);
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it; null for an automatic one
   */
  public Precision(@Nullable String name) {
    super(Confusion.Cell.FALSE_POSITIVES, "false_positives", name);
  }
}
