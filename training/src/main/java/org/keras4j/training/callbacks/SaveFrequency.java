package org.keras4j.training.callbacks;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.SavedState;

/** When a callback saves: after each epoch, or after so many batches. */
final class SaveFrequency {
  private final @Nullable Integer batches;
  private int unsaved;
  private int lastBatch = -1;

  private SaveFrequency(@Nullable Integer batches) {
    this.batches = batches;
  }

  /** {@code "epoch"}, or a number of batches. */
  static SaveFrequency of(String owner, Object value) {
    if ("epoch".equals(value)) {
      return new SaveFrequency(null);
    }
    if (value instanceof Integer n && n > 0) {
      return new SaveFrequency(n);
    }
    throw new IllegalArgumentException(
        owner + ": saveFreq expects 'epoch' or a number of batches, got " + value);
  }

  boolean isEpoch() {
    return batches == null;
  }

  Map<String, Object> state() {
    return Map.of("unsaved", unsaved, "last_batch", lastBatch);
  }

  void restore(Map<String, Object> state) {
    unsaved = SavedState.number(state, "unsaved").intValue();
    lastBatch = SavedState.number(state, "last_batch").intValue();
  }

  /** Whether to save after this batch; asked once a batch. */
  boolean isDue(int batch) {
    if (batches == null) {
      return false;
    }
    // a batch's end may stand for several steps, and numbers start anew each epoch
    unsaved += batch <= lastBatch ? batch + 1 : batch - lastBatch;
    lastBatch = batch;
    if (unsaved >= batches) {
      unsaved = 0;
      return true;
    }
    return false;
  }
}
