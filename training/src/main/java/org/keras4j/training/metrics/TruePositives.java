package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;

/** The number, or summed weights, of ones predicted as ones ({@code keras.metrics.TruePositives}). */
@KerasSerializable(module = "keras.metrics")
public final class TruePositives extends ConfusionCount {
  public TruePositives() {
    this(null);
  }

  /** With a name, null for an automatic one. */
  public TruePositives(@Nullable String name) {
    super(Confusion.Cell.TRUE_POSITIVES, name);
  }

  /** Predictions above it mean 1: a number from 0 to 1, or several; null (the default) for 0.5. */
  public TruePositives thresholds(@Nullable Object value) {
    setThresholds(value);
    return this;
  }
}
