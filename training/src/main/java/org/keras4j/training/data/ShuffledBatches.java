package org.keras4j.training.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.SavedState;
import org.keras4j.ops.random.SeedGenerator;

/**
 * Batches of samples by number, in another order each epoch if asked for.
 *
 * @param <S> the class itself
 */
abstract class ShuffledBatches<S extends ShuffledBatches<S>> implements Dataset {
  private volatile int[] order;
  private int batchSize;
  private @Nullable Long seed;
  private long epoch;

  ShuffledBatches(int samples, int batchSize) {
    int[] numbers = new int[samples];
    Arrays.setAll(numbers, i -> i);
    this.order = numbers;
    this.batchSize = batchSize;
  }

  /** The batch of these samples. */
  abstract Batch samples(int[] numbers);

  @SuppressWarnings("unchecked")
  final S self() {
    return (S) this;
  }

  /** The number of samples in a batch; the last one may have less. */
  public final S batchSize(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, got " + value);
    }
    this.batchSize = value;
    return self();
  }

  /**
   * Shuffles, now and after each epoch.
   *
   * @param newSeed for the same orders in each run; null for random ones
   * @return this data set
   */
  public final S shuffle(@Nullable Long newSeed) {
    this.seed = newSeed == null ? (Long) SeedGenerator.defaultSeed() : newSeed;
    this.epoch = 0;
    reorder();
    return self();
  }

  /** {@link #shuffle(Long)} of a number. */
  public final S shuffle(long seed) {
    return shuffle((Long) seed);
  }

  private void reorder() {
    Long s = seed;
    if (s != null) {
      order = EpochOrder.of(order.length, s, epoch);
    }
  }

  /** Whether samples are shuffled. */
  public final boolean isShuffled() {
    return seed != null;
  }

  /** Batches come in their order: it is samples that are shuffled here. */
  @Override
  public final boolean isOrdered() {
    return true;
  }

  final int batchSize() {
    return batchSize;
  }

  /** The number of samples. */
  public final int samples() {
    return order.length;
  }

  @Override
  public final int size() {
    return (order.length + batchSize - 1) / batchSize;
  }

  @Override
  public final Batch get(int index) {
    return batch(order, index);
  }

  private Batch batch(int[] numbers, int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException("Batch " + index + " of " + size());
    }
    int from = index * batchSize;
    return samples(Arrays.copyOfRange(numbers, from, Math.min(numbers.length, from + batchSize)));
  }

  // in the order as it is now: the next epoch may begin while batches of this one are made ahead
  @Override
  public final Iterator<Batch> iterator(long first) {
    int[] now = order;
    return IntStream.range((int) Math.min(first, size()), size())
        .mapToObj(i -> batch(now, i))
        .iterator();
  }

  @Override
  public final void onEpochEnd() {
    epoch++;
    reorder();
  }

  @Override
  public final Map<String, Object> state() {
    Long s = seed;
    return s == null ? Map.of() : Map.of("seed", s, "epoch", epoch);
  }

  @Override
  public final void restore(Map<String, Object> state) {
    if (seed != null && state.get("seed") instanceof Number s) {
      seed = s.longValue();
      epoch = SavedState.number(state, "epoch").longValue();
      reorder();
    }
  }

  static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int k = random.nextInt(i + 1);
      int x = order[i];
      order[i] = order[k];
      order[k] = x;
    }
  }
}
