package org.keras4j.distribution.gloo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.spi.CollectivesException;

/** What a process knows of its group: the first failure, and what to close at the end. */
final class Group {
  final int rank;
  final int size;
  private final CountDownLatch failed = new CountDownLatch(1);
  private final List<AutoCloseable> open = new ArrayList<>();
  private @Nullable Failure failure;
  private boolean left;

  /**
   * How the group ended.
   *
   * @param rank who is to blame; -1 if that is not known
   */
  record Failure(int rank, String message) {}

  Group(int rank, int size) {
    this.rank = rank;
    this.size = size;
  }

  /** Notes a failure; only the first one counts. */
  synchronized void fail(int who, String message) {
    if (failure == null && !left) {
      failure = new Failure(who, message);
      failed.countDown();
    }
  }

  synchronized @Nullable Failure failure() {
    return failure;
  }

  /** The failure, which may be on its way; null if none comes. */
  @Nullable
  Failure awaitFailure(long millis) {
    try {
      failed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return failure();
  }

  /** Fails if the group has. */
  void requireWhole() {
    Failure f = failure();
    if (f != null) {
      throw new CollectivesException(f.message, f.rank, null);
    }
  }

  /** Something to close when the group is left. */
  synchronized void add(AutoCloseable c) {
    open.add(c);
  }

  synchronized boolean isLeft() {
    return left;
  }

  /** From now on nothing counts as a failure; closes what is open. */
  void leave() {
    List<AutoCloseable> all;
    synchronized (this) {
      left = true;
      all = List.copyOf(open);
      open.clear();
    }
    for (AutoCloseable c : all) {
      try {
        c.close();
      } catch (Exception e) {
        // it is being given up
      }
    }
  }
}
