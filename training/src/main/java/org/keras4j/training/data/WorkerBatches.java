package org.keras4j.training.data;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.keras4j.core.NDArray;
import org.keras4j.core.context.Context;
import org.keras4j.ops.random.SeedGenerator;

/**
 * Batches of a dataset that several threads make, in their order. What a batch draws without a seed depends on its number alone,
 * not on the thread that makes it.
 */
final class WorkerBatches implements Iterator<Batch>, AutoCloseable {
  static final String THREAD = "keras4j-data-worker";

  private static final long STEP = 0xD1B54A32D192ED03L;
  private static final long IDLE_SECONDS = 1;
  private static final long PATIENCE_SECONDS = 10;

  private final Dataset dataset;
  private final int[] order;
  private final int queue;
  private final long seed;
  private final ThreadPoolExecutor threads;
  private final Queue<Future<Batch>> made = new ArrayDeque<>();
  private int next;

  private WorkerBatches(Dataset dataset, int[] order) {
    this.dataset = dataset;
    this.order = order;
    this.queue = dataset.maxQueueSize();
    if (queue < 1) {
      throw new IllegalArgumentException(
          dataset.getClass().getSimpleName() + ": maxQueueSize: expected at least 1, got " + queue);
    }
    NDArray two = SeedGenerator.global().take();
    this.seed = two.getLong(0) << 32 ^ two.getLong(1);
    int n = dataset.workers();
    this.threads = new ThreadPoolExecutor(
        n, n, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), r -> {
          Thread t = new Thread(r, THREAD);
          t.setDaemon(true);
          return t;
        });
    threads.allowCoreThreadTimeOut(true); // an iterator that nobody closes leaves no threads
  }

  /**
   * Batches of these numbers, by as many threads as the dataset asks for; by the caller's if that is one.
   *
   * @throws IllegalArgumentException if it asks for less than one
   */
  static Iterator<Batch> of(Dataset dataset, int[] order) {
    int workers = dataset.workers();
    if (workers < 1) {
      throw new IllegalArgumentException(
          dataset.getClass().getSimpleName() + ": workers: expected at least 1, got " + workers);
    }
    return workers == 1
        ? Arrays.stream(order).mapToObj(dataset::get).iterator()
        : new WorkerBatches(dataset, order);
  }

  private void fill() {
    while (made.size() < queue && next < order.length) {
      int number = order[next++];
      Context context = Context.current();
      FutureTask<Batch> future = new FutureTask<>(() -> batch(number));
      threads.execute(context.wrap(future));
      made.add(future);
    }
  }

  private Batch batch(int number) {
    long mixed = seed + STEP * (number + 1);
    mixed = (mixed ^ mixed >>> 32) * STEP;
    SeedGenerator own = new SeedGenerator(mixed >>> 32, "batch_seed_generator");
    return SeedGenerator.withGlobal(own, () -> dataset.get(number));
  }

  @Override
  public boolean hasNext() {
    return !made.isEmpty() || next < order.length;
  }

  @Override
  public Batch next() {
    fill();
    Future<Batch> first = made.poll();
    if (first == null) {
      throw new NoSuchElementException();
    }
    try {
      Batch b = first.get();
      fill();
      if (!hasNext()) {
        threads.shutdown();
      }
      return b;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Waiting for a batch was interrupted");
    } catch (ExecutionException e) {
      throw WorkerBatches.<RuntimeException>asIs(Objects.requireNonNull(e.getCause()));
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E asIs(Throwable failure) throws E {
    throw (E) failure;
  }

  /** Ends the threads, and waits for what they are doing. */
  @Override
  public void close() {
    made.clear();
    next = order.length;
    threads.shutdownNow();
    try {
      threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
