package org.keras4j.training.internal.feed;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.data.ArraySource;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.data.Dataset;
import org.keras4j.training.data.IterableSource;
import org.keras4j.training.data.PublisherSource;
import org.keras4j.training.data.ShuffledDataset;

/** The data source that the arguments of fit, evaluate or predict mean. */
public final class Sources {
  private static final int DEFAULT_BATCH = 32;

  private Sources() {}

  public static DataSource of(
      Object x,
      @Nullable Object y,
      @Nullable Object sampleWeight,
      @Nullable Integer batchSize,
      boolean shuffle) {
    if (x == null) {
      throw new IllegalArgumentException("Data expected, got null");
    }
    DataSource source = source(x);
    if (source != null) {
      if (y != null || sampleWeight != null) {
        throw new IllegalArgumentException(
            "Targets and sample weights come with the batches of a data source, not beside it");
      }
      if (batchSize != null) {
        throw new IllegalArgumentException(
            "batchSize cannot be given with a data source, which makes the batches itself");
      }
      return source;
    }
    if (x instanceof BaseStream) {
      throw new IllegalArgumentException(
          "A stream of batches is expected, got a stream of numbers");
    }
    return new ArraySource(
        x, y, sampleWeight, batchSize == null ? DEFAULT_BATCH : batchSize, shuffle);
  }

  /** What is a source of batches already, as such; null for arrays. */
  private static @Nullable DataSource source(Object x) {
    if (x instanceof DataSource d) {
      return d;
    } else if (x instanceof Stream<?> s) {
      return new IterableSource(s);
    } else if (x instanceof Iterator<?> it) {
      return new IterableSource(it);
    } else if (x instanceof Supplier<?> s) {
      return new IterableSource(s);
    } else if (x instanceof Flow.Publisher<?> p) {
      return new PublisherSource(p);
    } else if (x instanceof Iterable<?> it
        && (!(x instanceof List<?> l) || (!l.isEmpty() && l.get(0) instanceof Batch))) {
      return new IterableSource(it);
    }
    return null;
  }

  /**
   * The source that {@code fit} trains on, in the order that it asks for.
   *
   * @param shuffle what was asked for, or null for what is usual
   * @param seed of the orders, or null for a random one
   * @throws IllegalArgumentException if an order was asked for that the source cannot have
   */
  public static DataSource ordered(
      DataSource source, @Nullable Boolean shuffle, @Nullable Long seed) {
    if (source instanceof ArraySource arrays) {
      if (seed != null) {
        arrays.seed(seed);
      }
      return arrays;
    }
    boolean asked = Boolean.TRUE.equals(shuffle) || (seed != null && shuffle == null);
    if (source instanceof Dataset d && !d.isOrdered()) {
      return Boolean.FALSE.equals(shuffle)
          ? d
          : new ShuffledDataset(d, seed == null ? SeedGenerator.defaultSeed() : seed);
    }
    if (asked && !(source instanceof ShuffledDataset)) {
      throw new IllegalArgumentException(
          source instanceof Dataset
              ? "fit: shuffle: the batches of this dataset have an order of their own; shuffle its"
                  + " samples by its own shuffle(seed), if it has that"
              : "fit: shuffle: batches of an iterable, an iterator, a stream or a DataSource are"
                  + " taken as they come; shuffle them where they are made, or give arrays or a"
                  + " Dataset");
    }
    return source;
  }
}
