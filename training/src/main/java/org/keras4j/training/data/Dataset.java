package org.keras4j.training.data;

import java.util.Iterator;
import java.util.stream.IntStream;

/**
 * Batches by number, made when they are needed ({@code keras.utils.PyDataset}). {@code fit} asks for them in another
 * order each epoch, unless told not to ({@code Fit.shuffle(false)}, {@link #isOrdered}); {@code evaluate} and
 * {@code predict} ask for them in order.
 */
public interface Dataset extends DataSource {
  /** How many batches an epoch has. */
  int size();

  /** The batch of a number from 0 to {@link #size} - 1. It is made ahead, by another thread than {@code fit}'s. */
  Batch get(int index);

  /**
   * Whether batches are wanted in the order of their numbers, also by a {@code fit} that shuffles. False unless
   * overridden: by those whose batches follow one another in time, or which shuffle by themselves.
   */
  default boolean isOrdered() {
    return false;
  }

  /**
   * How many threads make batches ({@code workers}). One unless overridden; with more, {@link #get} is called by several at once,
   * and has to bear that. The batches come in their order whatever the number, with the same random numbers.
   */
  default int workers() {
    return 1;
  }

  /** With several {@link #workers}, how many batches are made or wait at most ({@code max_queue_size}); 10 unless overridden. */
  default int maxQueueSize() {
    return 10;
  }

  @Override
  default long batches() {
    return size();
  }

  /** Batches are made by their numbers alone. */
  @Override
  default boolean isGroupable() {
    return true;
  }

  @Override
  default Iterator<Batch> iterator() {
    return iterator(0);
  }

  @Override
  default Iterator<Batch> iterator(long first) {
    return WorkerBatches.of(
        this, IntStream.range((int) Math.min(first, size()), size()).toArray());
  }
}
