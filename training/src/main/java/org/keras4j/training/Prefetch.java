package org.keras4j.training;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An iterator that another thread runs a little ahead of its user: what it does for the next elements happens
 * while the user works on this one. What it throws comes out of {@link #hasNext} or {@link #next}.
 */
final class Prefetch<T> implements Iterator<T>, AutoCloseable {
  private static final int AHEAD = 2;
  private static final int PATIENCE_MS = 50;

  /** An element, or how it ended: with a failure, or, with neither, because there is no more. */
  private record Item<T>(@Nullable T value, @Nullable Throwable failure) {}

  private final BlockingQueue<Item<T>> ready = new ArrayBlockingQueue<>(AHEAD);
  private final Consumer<T> release;
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable Item<T> next;

  /**
   * Starts.
   *
   * @param source gives the iterator; it is called, like the iterator, by the other thread
   * @param prepare what else is done ahead
   * @param release for elements that nobody will take
   */
  Prefetch(Supplier<Iterator<T>> source, UnaryOperator<T> prepare, Consumer<T> release) {
    this.release = release;
    this.thread = new Thread(() -> run(source, prepare), "keras4j-data");
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
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    try {
      FitLoop.close(it);
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
        done = ready.offer(item, PATIENCE_MS, TimeUnit.MILLISECONDS);
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
    boolean interrupted = false;
    Item<T> item = next;
    while (item == null) {
      try {
        item = ready.take();
      } catch (InterruptedException e) {
        interrupted = true; // whoever interrupts a step does not end it either
      }
    }
    next = item;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return item;
  }

  @Override
  public boolean hasNext() {
    Item<T> item = peek();
    if (item.failure instanceof RuntimeException e) {
      throw e;
    } else if (item.failure instanceof Error e) {
      throw e;
    }
    return item.value != null;
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

  /** Ends the other thread, and waits for what it is doing. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
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
