package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How many of the ones are predicted as ones ({@code keras.metrics.Recall}):
 *
 * <pre>{@code
 * truePositives / (truePositives + falseNegatives)
 * }</pre>
 *
 * <p>Targets, 0 or 1, and predictions, from 0 to 1, have one shape {@code (batch, ...)}. {@link #result} is a scalar,
 * or {@code (thresholds,)} for several thresholds.
 *
 * <pre>{@code
 * var metric = new Recall().classId(0);
 * metric.updateState(new int[][] {{1, 0}, {0, 1}}, new double[][] {{0.9, 0.2}, {0.4, 0.7}});
 * Tensor value = metric.result(); // 1.0
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class Recall extends ConfusionRatio<Recall> {
  /** With an automatic name. */
  public Recall() {
    this(null);
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it; null for an automatic one
   */
  public Recall(@Nullable String name) {
    super(Confusion.Cell.FALSE_NEGATIVES, "false_negatives", name);
  }
}
