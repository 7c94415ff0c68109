package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/** The number, or summed weights, of zeros predicted as ones ({@code keras.metrics.FalsePositives}). */
@KerasSerializable(module = "keras.metrics")
public final class FalsePositives extends ConfusionCount {
  public FalsePositives() {
    this(null);
  }

  /** With a name, null for an automatic one. */
  public FalsePositives(@Nullable String name) {
    super(Confusion.Cell.FALSE_POSITIVES, name);
  }

  /** Predictions above it mean 1: a number from 0 to 1, or several; null (the default) for 0.5. */
  public FalsePositives thresholds(@Nullable Object value) {
    setThresholds(value);
    return this;
  }
}
