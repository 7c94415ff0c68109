package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/** How many of the ones are predicted as ones ({@code keras.metrics.Recall}). */
@KerasSerializable(module = "keras.metrics")
public final class Recall extends ConfusionRatio {
  public Recall() {
    this(null);
  }

  /** With a name, null for an automatic one. */
  public Recall(@Nullable String name) {
    super(Confusion.Cell.FALSE_NEGATIVES, "false_negatives", name);
  }

  /**
   * Predictions above it mean 1: a number from 0 to 1, or several; null (the default) for 0.5, or for any
   * with {@link #topK}.
   */
  public Recall thresholds(@Nullable Object value) {
    setThresholds(value);
    return this;
  }

  /** How many of the largest predictions may mean 1; null (the default) for all. */
  public Recall topK(@Nullable Integer value) {
    setTopK(value);
    return this;
  }

  /** {@link #topK(Integer)} of a number. */
  public Recall topK(int value) {
    return topK((Integer) value);
  }

  /** The one class that counts; null (the default) for all. */
  public Recall classId(@Nullable Integer value) {
    setClassId(value);
    return this;
  }

  /** {@link #classId(Integer)} of a number. */
  public Recall classId(int value) {
    return classId((Integer) value);
  }
}
