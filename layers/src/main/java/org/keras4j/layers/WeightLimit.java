package org.keras4j.layers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;

/**
 * How much memory the weights of layers may take while a body runs on this thread. Readers of files set it, as a
 * file's config can ask for any size.
 */
public final class WeightLimit {
  private static final ThreadLocal<@Nullable WeightLimit> CURRENT = new ThreadLocal<>();

  private final long limit;
  private double used;

  private WeightLimit(long limit) {
    this.limit = limit;
  }

  /** Runs with a limit in bytes for all weights together. */
  public static <R> R within(long bytes, Supplier<R> body) {
    WeightLimit before = CURRENT.get();
    CURRENT.set(new WeightLimit(bytes));
    try {
      return body.get();
    } finally {
      CURRENT.set(before);
    }
  }

  /**
   * Counts a weight that is about to be made.
   *
   * @throws IllegalArgumentException if it is beyond the limit
   */
  static void count(String label, String weight, Shape shape, DType dtype) {
    WeightLimit l = CURRENT.get();
    if (l == null) {
      return;
    }
    double bytes = dtype.size();
    for (long d : shape.toArray()) {
      bytes *= d;
    }
    l.used += bytes;
    if (l.used > l.limit) {
      throw new IllegalArgumentException(label + ": a weight '" + weight + "' of shape " + shape
          + " is more than the file has weights for");
    }
  }
}
