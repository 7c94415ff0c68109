package org.keras4j.training;

import java.util.List;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.training.data.ArraySource;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.data.IterableSource;

/** The data source that the arguments of fit, evaluate or predict mean. */
final class Sources {
  private static final int DEFAULT_BATCH = 32;

  private Sources() {}

  static DataSource of(
      Object x,
      @Nullable Object y,
      @Nullable Object sampleWeight,
      @Nullable Integer batchSize,
      boolean shuffle) {
    if (x == null) {
      throw new IllegalArgumentException("Data expected, got null");
    }
    boolean iterable = x instanceof Iterable<?> it
        && (!(x instanceof List<?> l) || (!l.isEmpty() && l.get(0) instanceof Batch));
    if (x instanceof DataSource || x instanceof Stream || iterable) {
      if (y != null || sampleWeight != null) {
        throw new IllegalArgumentException(
            "Targets and sample weights come with the batches of a data source, not beside it");
      }
      if (batchSize != null) {
        throw new IllegalArgumentException(
            "batchSize cannot be given with a data source, which makes the batches itself");
      }
      return x instanceof DataSource d
          ? d
          : x instanceof Stream<?> s ? new IterableSource(s) : new IterableSource((Iterable<?>) x);
    }
    if (x instanceof BaseStream) {
      throw new IllegalArgumentException(
          "A stream of batches is expected, got a stream of numbers");
    }
    return new ArraySource(
        x, y, sampleWeight, batchSize == null ? DEFAULT_BATCH : batchSize, shuffle);
  }
}
