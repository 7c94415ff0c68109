package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/** The number, or summed weights, of zeros predicted as zeros ({@code keras.metrics.TrueNegatives}). */
@KerasSerializable(module = "keras.metrics")
public final class TrueNegatives extends ConfusionCount {
  public TrueNegatives() {
    this(null);
  }

  /** With a name, null for an automatic one. */
  public TrueNegatives(@Nullable String name) {
    super(Confusion.Cell.TRUE_NEGATIVES, name);
  }

  /** Predictions above it mean 1: a number from 0 to 1, or several; null (the default) for 0.5. */
  public TrueNegatives thresholds(@Nullable Object value) {
    setThresholds(value);
    return this;
  }
}
