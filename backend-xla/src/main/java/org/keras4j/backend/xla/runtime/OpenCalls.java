package org.keras4j.backend.xla.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the calls under way of something native that may be closed meanwhile, so that it goes with the last of them, and
 * once.
 */
public final class OpenCalls {
  private final AtomicInteger open = new AtomicInteger(1); // of which one is until it is closed
  private volatile boolean closed;

  /** Begins a call; false if it is closed: then there is none, and nothing to end. */
  public boolean enter() {
    for (; ; ) {
      int n = open.get();
      if (closed || n == 0) {
        return false;
      }
      if (open.compareAndSet(n, n + 1)) {
        return true;
      }
    }
  }

  /** Ends a call; true if it must go now. */
  public boolean leave() {
    return open.decrementAndGet() == 0;
  }

  /** Lets no further call begin, to be called once; true if it must go now. */
  public boolean close() {
    closed = true;
    return leave();
  }
}
