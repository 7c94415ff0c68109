package org.keras4j.training.data;

import java.util.Iterator;

/**
 * Where batches come from, epoch by epoch. Implement it for data of one's own; {@code fit} makes
 * one of arrays and iterables.
 */
public interface DataSource {
  /** The batches of the next epoch; an iterator that is {@code AutoCloseable} is closed when done with. */
  Iterator<Batch> iterator();

  /** How many batches an epoch has; -1 if that is not known. */
  default long batches() {
    return -1;
  }

  /** Called after each epoch of training. */
  default void onEpochEnd() {}

  /** Whether {@link #iterator} gives fresh batches each time; false for a source that runs dry. */
  default boolean isRepeatable() {
    return true;
  }
}
