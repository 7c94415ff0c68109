package org.keras4j.training.data;

import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.Stream;

/** Batches out of an {@link Iterable}, or a {@link Stream}, which serves one epoch. */
public final class IterableSource implements DataSource {
  private final Iterable<?> items;
  private final boolean repeatable;

  /** Each element is a {@link Batch}, or inputs alone. */
  public IterableSource(Iterable<?> items) {
    this.items = items;
    this.repeatable = true;
  }

  /** Likewise; the stream is used up by the first epoch, and closed. */
  public IterableSource(Stream<?> stream) {
    Iterator<?> it = stream.iterator();
    this.items = (Iterable<Object>) () -> cast(it);
    this.repeatable = false;
  }

  @SuppressWarnings("unchecked")
  private static Iterator<Object> cast(Iterator<?> it) {
    return (Iterator<Object>) it;
  }

  @Override
  public boolean isRepeatable() {
    return repeatable;
  }

  @Override
  public long batches() {
    return items instanceof java.util.Collection<?> c ? c.size() : -1;
  }

  @Override
  public Iterator<Batch> iterator() {
    Iterator<?> it = items.iterator();
    Function<Object, Batch> asBatch = o -> o instanceof Batch b ? b : Batch.of(o);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return it.hasNext();
      }

      @Override
      public Batch next() {
        return asBatch.apply(it.next());
      }
    };
  }
}
