package org.keras4j.training.data;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Batches out of an {@link Iterable}, or of a {@link Supplier} that opens a stream, an iterator or an iterable for each
 * epoch; or out of one {@link Stream} or {@link Iterator}, which serves one epoch. Each element is a {@link Batch}, or
 * inputs alone.
 */
public final class IterableSource implements DataSource {
  private final Supplier<Iterator<?>> opened;
  private final @Nullable Collection<?> ready;
  private final boolean repeatable;

  private IterableSource(
      Supplier<Iterator<?>> opened, @Nullable Collection<?> ready, boolean repeatable) {
    this.opened = opened;
    this.ready = ready;
    this.repeatable = repeatable;
  }

  /** The elements of an iterable, which is run through again for each epoch. */
  public IterableSource(Iterable<?> items) {
    this(items::iterator, items instanceof Collection<?> c ? c : null, true);
  }

  /** The elements of a stream, which is used up by the first epoch, and closed when it runs dry. */
  public IterableSource(Stream<?> stream) {
    this(once(new Streamed(stream)), null, false);
  }

  /** The elements that an iterator has left; it serves one epoch. */
  public IterableSource(Iterator<?> iterator) {
    this(once(iterator), null, false);
  }

  /**
   * What a supplier opens, once an epoch.
   *
   * @param opener gives a stream of batches, which is closed after its epoch, an iterator, or an iterable
   */
  public IterableSource(Supplier<?> opener) {
    this(() -> open(opener.get()), null, true);
  }

  private static Supplier<Iterator<?>> once(Iterator<?> it) {
    return () -> it;
  }

  private static Iterator<?> open(@Nullable Object given) {
    if (given instanceof Stream<?> s) {
      return new Closed(s);
    } else if (given instanceof Iterator<?> it) {
      return it;
    } else if (given instanceof Iterable<?> it) {
      return it.iterator();
    }
    throw new IllegalArgumentException(
        "A supplier of data is expected to give a Stream, an Iterator or an Iterable"
            + " of batches, got "
            + (given == null ? "null" : "a " + given.getClass().getName()));
  }

  /** A stream that nobody has yet asked for its iterator, since that ends it as a stream. */
  private static class Streamed implements Iterator<Object> {
    private final BaseStream<?, ?> stream;
    private @Nullable Iterator<?> it;
    private boolean closed;

    Streamed(BaseStream<?, ?> stream) {
      this.stream = stream;
    }

    private Iterator<?> iterator() {
      if (it == null) {
        it = stream.iterator();
      }
      return it;
    }

    @Override
    public boolean hasNext() {
      boolean more = iterator().hasNext();
      if (!more) {
        end();
      }
      return more;
    }

    @Override
    public Object next() {
      return iterator().next();
    }

    final void end() {
      if (!closed) {
        closed = true;
        stream.close();
      }
    }
  }

  /** A stream that is closed with its iterator: it was opened for it. */
  private static final class Closed extends Streamed implements AutoCloseable {
    Closed(BaseStream<?, ?> stream) {
      super(stream);
    }

    @Override
    public void close() {
      end();
    }
  }

  @Override
  public boolean isRepeatable() {
    return repeatable;
  }

  @Override
  public boolean isReady() {
    return ready != null;
  }

  @Override
  public boolean isGroupable() {
    return true;
  }

  @Override
  public long batches() {
    return ready == null ? -1 : ready.size();
  }

  @Override
  public Iterator<Batch> iterator() {
    return new Batches(opened.get(), repeatable);
  }

  @Override
  public Iterator<Batch> iterator(long first) {
    if (ready instanceof List<?> l) {
      return new Batches(l.listIterator((int) Math.min(first, l.size())), true);
    }
    return DataSource.super.iterator(first);
  }

  /** Elements as batches. */
  private record Batches(Iterator<?> items, boolean own) implements Iterator<Batch>, AutoCloseable {
    @Override
    public boolean hasNext() {
      return items.hasNext();
    }

    @Override
    public Batch next() {
      Object o = items.next();
      return o instanceof Batch b ? b : Batch.of(o);
    }

    // an iterator that was given as such is its owner's
    @Override
    public void close() throws Exception {
      if (own && items instanceof AutoCloseable c) {
        c.close();
      }
    }
  }
}
