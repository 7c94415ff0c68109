package org.keras4j.training.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;

/** The elements of an iterator changed by several threads, in order, a few ahead of whoever asks. */
final class ParallelMap<T, R> implements Iterator<R>, AutoCloseable {
  /** What is done to an element, told its number. */
  interface Work<T, R> {
    R of(long number, T element);
  }

  private final Iterator<T> source;
  private final Work<T, R> work;
  private final int window;
  private final ExecutorService threads;
  private final Deque<Future<R>> underWay = new ArrayDeque<>();
  private long number;

  ParallelMap(Iterator<T> source, int workers, Work<T, R> work) {
    PipelineSteps.require("map: workers", workers, 1);
    this.source = source;
    this.work = work;
    this.window = 2 * workers;
    this.threads = threads(workers);
  }

  private static ExecutorService threads(int count) {
    return Executors.newFixedThreadPool(count, task -> {
      Thread t = new Thread(task, "keras4j-pipeline");
      t.setDaemon(true);
      return t;
    });
  }

  @Override
  public boolean hasNext() {
    while (underWay.size() < window && source.hasNext()) {
      T element = source.next();
      long at = number++;
      Callable<R> task = Context.current().wrap((Callable<R>) () -> work.of(at, element));
      underWay.add(threads.submit(task));
    }
    if (underWay.isEmpty()) {
      close();
      return false;
    }
    return true;
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return result(underWay.remove());
  }

  // what a thread threw comes out here, whatever it is
  private static <R> R result(Future<R> of) {
    try {
      return of.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the next element", e);
    } catch (ExecutionException e) {
      throw ParallelMap.<RuntimeException>asIs(e.getCause());
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E asIs(@Nullable Throwable failure) throws E {
    throw (E) failure;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    PipelineSteps.close(source);
  }

  /** The elements of an iterator that another thread runs, some ahead. */
  static final class Ahead<T> implements Iterator<T>, AutoCloseable {
    private final Iterator<T> source;
    private final int count;
    private final ExecutorService thread = threads(1);
    private final Deque<Future<@Nullable Holder<T>>> underWay = new ArrayDeque<>();
    private @Nullable Holder<T> next;
    private boolean ended;

    private record Holder<T>(T value) {}

    Ahead(Iterator<T> source, int count) {
      PipelineSteps.require("prefetch: count", count, 1);
      this.source = source;
      this.count = count;
    }

    private @Nullable Holder<T> take() {
      return source.hasNext() ? new Holder<>(source.next()) : null;
    }

    @Override
    public boolean hasNext() {
      if (next == null && !ended) {
        while (underWay.size() < count) {
          Callable<@Nullable Holder<T>> task =
              Context.current().wrap((Callable<@Nullable Holder<T>>) this::take);
          underWay.add(thread.submit(task));
        }
        next = result(underWay.remove());
        ended = next == null;
        if (ended) {
          close();
        }
      }
      return next != null;
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      T out = java.util.Objects.requireNonNull(next).value();
      next = null;
      return out;
    }

    @Override
    public void close() {
      thread.shutdownNow();
      PipelineSteps.close(source);
    }
  }
}
