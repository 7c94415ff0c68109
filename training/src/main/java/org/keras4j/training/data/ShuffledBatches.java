package org.keras4j.training.data;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.keras4j.ops.random.SeedGenerator;

/**
 * Batches of samples by number, in another order each epoch if asked for.
 *
 * @param <S> the class itself
 */
abstract class ShuffledBatches<S extends ShuffledBatches<S>> implements Dataset {
  private final int[] order;
  private int batchSize;
  private @Nullable SplittableRandom random;

  ShuffledBatches(int samples, int batchSize) {
    this.order = new int[samples];
    this.batchSize = batchSize;
    Arrays.setAll(order, i -> i);
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
   * @param seed for the same orders in each run; null for random ones
   */
  public final S shuffle(@Nullable Long seed) {
    this.random = new SplittableRandom(seed == null ? SeedGenerator.defaultSeed() : seed);
    onEpochEnd();
    return self();
  }

  /** {@link #shuffle(Long)} of a number. */
  public final S shuffle(long seed) {
    return shuffle((Long) seed);
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
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException("Batch " + index + " of " + size());
    }
    int from = index * batchSize;
    return samples(Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize)));
  }

  @Override
  public final void onEpochEnd() {
    if (random != null) {
      shuffle(order, random);
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
