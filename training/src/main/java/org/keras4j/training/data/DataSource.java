package org.keras4j.training.data;

import java.util.Iterator;
import java.util.Map;
import org.keras4j.layers.preprocessing.Adapting;

/**
 * Where batches come from, epoch by epoch. Implement it for data of one's own; {@code fit} makes one of arrays,
 * iterables, iterators, streams and suppliers of these.
 *
 * <p>Batches are made ahead: {@code fit}, {@code evaluate} and {@code predict} run an iterator on a thread of their
 * own, one thread at a time, a few batches before they are needed. Random numbers that are drawn there without a seed
 * come from a generator of that batch.
 */
public interface DataSource extends Adapting.Source {
  /** The batches of the next epoch; an iterator that is {@code AutoCloseable} is closed when done with. */
  Iterator<Batch> iterator();

  /**
   * The batches of the next epoch from a number on, for a training that goes on in the middle of an epoch. Unless
   * overridden, the batches before are made and dropped.
   *
   * @param first how many batches are left out; at least 0
   */
  default Iterator<Batch> iterator(long first) {
    Iterator<Batch> it = iterator();
    for (long i = 0; i < first && it.hasNext(); i++) {
      it.next();
    }
    return it;
  }

  /**
   * The inputs of all batches, for {@code adapt} of layers. Going through them does not count as an epoch: what {@link #state} says is what
   * it was, once they came to their end.
   */
  @Override
  default Iterable<Object> inputs() {
    return () -> new BatchInputs(this);
  }

  /** How many batches an epoch has; -1 if that is not known. */
  default long batches() {
    return -1;
  }

  /** Called at the beginning of each epoch of training, before its first batch is made ({@code on_epoch_begin}). */
  default void onEpochBegin() {}

  /** Called after the last batch of each epoch of training, before validation. */
  default void onEpochEnd() {}

  /** Whether {@link #iterator} gives fresh batches each time; false for a source that runs dry. */
  default boolean isRepeatable() {
    return true;
  }

  /** Whether the batches lie in memory, so that nothing is gained by making them ahead; false unless overridden. */
  default boolean isReady() {
    return false;
  }

  /**
   * Whether many batches may be taken long before they are used, because none depends on what the training does meanwhile. Where steps
   * are small, {@code fit} then takes some dozens at once and runs their steps as one, as it does with arrays; false unless overridden.
   */
  default boolean isGroupable() {
    return false;
  }

  /**
   * What the next {@link #iterator} depends on, such as a seed and the number of the epoch: numbers, strings,
   * booleans, arrays, and lists and maps of these. Nothing unless overridden.
   */
  default Map<String, Object> state() {
    return Map.of();
  }

  /**
   * Takes what {@link #state} gave, perhaps in another process: the next {@link #iterator} then gives the same
   * batches as there.
   */
  default void restore(Map<String, Object> state) {}
}
