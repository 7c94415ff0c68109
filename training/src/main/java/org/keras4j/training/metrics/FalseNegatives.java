package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/** The number, or summed weights, of ones predicted as zeros ({@code keras.metrics.FalseNegatives}). */
@KerasSerializable(module = "keras.metrics")
public final class FalseNegatives extends ConfusionCount {
  public FalseNegatives() {
    this(null);
  }

  /** With a name, null for an automatic one. */
  public FalseNegatives(@Nullable String name) {
    super(Confusion.Cell.FALSE_NEGATIVES, name);
  }

  /** Predictions above it mean 1: a number from 0 to 1, or several; null (the default) for 0.5. */
  public FalseNegatives thresholds(@Nullable Object value) {
    setThresholds(value);
    return this;
  }
}
