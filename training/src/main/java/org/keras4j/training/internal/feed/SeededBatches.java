package org.keras4j.training.internal.feed;

import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/**
 * The batches of a source whose code may draw random numbers without a seed: each batch has a generator of its own,
 * known by its number. So they are the same whenever and on whichever thread it is made, and the generator of the
 * training's own thread stays that thread's.
 */
final class SeededBatches implements Iterator<Batch>, AutoCloseable {
  private static final long PASS = 0x9E3779B97F4A7C15L;
  private static final long BATCH = 0xD1B54A32D192ED03L;

  private final long base;
  private final Iterator<Batch> batches;
  private long number;
  private @Nullable SeedGenerator generator;

  SeededBatches(DataSource source, long seed, long pass, long first) {
    this.base = seed + PASS * pass;
    // what is drawn in opening is the same wherever the pass begins
    this.batches = within(() -> source.iterator(first));
    if (first > 0) {
      this.number = first;
      this.generator = null;
    }
  }

  private <R> R within(Supplier<R> body) {
    SeedGenerator g = generator;
    if (g == null) {
      long mixed = base + BATCH * number;
      mixed = (mixed ^ mixed >>> 32) * BATCH;
      g = new SeedGenerator(mixed >>> 32, "batch_seed_generator");
      generator = g;
    }
    return SeedGenerator.withGlobal(g, body);
  }

  @Override
  public boolean hasNext() {
    return within(batches::hasNext);
  }

  @Override
  public Batch next() {
    Batch b = within(batches::next);
    number++;
    generator = null;
    return b;
  }

  @Override
  public void close() {
    Feed.close(batches);
  }
}
