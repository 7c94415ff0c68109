package org.keras4j.training.internal.feed;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;
import org.keras4j.core.internal.messages.Log;

/**
 * An iterator that another thread runs a little ahead of its user: what it does for the next elements happens
 * while the user works on this one. What it throws comes out of {@link #hasNext} or {@link #next}. The other thread
 * ends with the iterator, or when this is closed.
 */
final class Prefetch<T> implements Iterator<T>, AutoCloseable {
  static final String THREAD = "keras4j-data";

  private static final Log LOG = Log.of(Prefetch.class);
  private static final int POLL_MS = 50;
  private static final long PATIENCE_MS = 10_000;

  /** An element, or how it ended: with a failure, or, with neither, because there is no more. */
  private record Item<T>(@Nullable T value, @Nullable Throwable failure) {}

  private final BlockingQueue<Item<T>> ready;
  private final Consumer<T> release;
  private final Function<InterruptedException, RuntimeException> interrupted;
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable Item<T> next;

  /**
   * Starts.
   *
   * @param source gives the iterator; it is called, like the iterator, by the other thread
   * @param prepare what else is done ahead
   * @param release for elements that nobody will take
   * @param ahead how many elements may wait; one more is in the making
   * @param interrupted what to throw if the user is interrupted while it waits
   */
  Prefetch(
      Supplier<Iterator<T>> source,
      UnaryOperator<T> prepare,
      Consumer<T> release,
      int ahead,
      Function<InterruptedException, RuntimeException> interrupted) {
    this.ready = new ArrayBlockingQueue<>(ahead);
    this.release = release;
    this.interrupted = interrupted;
    Context context = Context.current();
    this.thread = new Thread(context.wrap(() -> run(source, prepare)), THREAD);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Supplier<Iterator<T>> source, UnaryOperator<T> prepare) {
    Iterator<T> it = null;
    Throwable failure = null;
    try {
      it = source.get();
      while (!closed && it.hasNext()) {
        put(new Item<>(prepare.apply(it.next()), null));
      }
    } catch (Throwable e) {
      failure = e; // goes to the user, whatever it is
    }
    try {
      Feed.close(it);
    } catch (RuntimeException e) {
      failure = failure == null ? e : failure;
    }
    put(new Item<>(null, failure));
  }

  // waits for room, but not for a user that has gone
  private void put(Item<T> item) {
    boolean interrupted = false;
    boolean done = false;
    while (!done && !closed) {
      try {
        done = ready.offer(item, POLL_MS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (!done && item.value != null) {
      release.accept(item.value);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Item<T> peek() {
    Item<T> item = next;
    if (item == null) {
      item = ready.poll();
    }
    if (item == null) {
      try {
        item = ready.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted.apply(e);
      }
    }
    next = item;
    return item;
  }

  @Override
  public boolean hasNext() {
    Item<T> item = peek();
    if (item.failure != null) {
      throw Prefetch.<RuntimeException>asIs(item.failure);
    }
    return item.value != null;
  }

  // also a checked exception, which code in other languages may throw from anywhere
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E asIs(Throwable failure) throws E {
    throw (E) failure;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T value = java.util.Objects.requireNonNull(peek().value);
    next = null;
    return value;
  }

  /**
   * Ends the other thread, and waits for what it is doing. A source that gives nothing for long, or whose user was
   * interrupted, is interrupted in its turn.
   */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = Thread.interrupted();
    for (int attempt = interrupted ? 1 : 0; thread.isAlive() && attempt < 2; attempt++) {
      if (attempt > 0) {
        thread.interrupt();
      }
      try {
        thread.join(PATIENCE_MS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (thread.isAlive()) {
      LOG.warn("The thread " + THREAD
          + " is still making a batch, and does not heed an interrupt; it is left to" + " itself");
    }
    for (Item<T> i = next != null ? next : ready.poll(); i != null; i = ready.poll()) {
      if (i.value != null) {
        release.accept(i.value);
      }
    }
    next = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
