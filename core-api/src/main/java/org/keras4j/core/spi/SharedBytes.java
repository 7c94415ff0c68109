package org.keras4j.core.spi;

import java.util.concurrent.atomic.AtomicInteger;

/** Bytes that tensors hold together, as views of each other do; a watch counts them once, until the last lets go. */
public final class SharedBytes {
  private final MemoryWatch watch;
  private final long bytes;
  private final AtomicInteger users = new AtomicInteger(1);

  /** Counts bytes that one tensor holds. */
  public SharedBytes(MemoryWatch watch, long bytes) {
    this.watch = watch;
    this.bytes = bytes;
    watch.allocated(bytes);
  }

  /** One more holds them. */
  public SharedBytes share() {
    users.incrementAndGet();
    return this;
  }

  /** One of them takes as many bytes of its own instead; what it holds then. */
  public SharedBytes replaced() {
    if (users.get() == 1) {
      return this;
    }
    SharedBytes own = new SharedBytes(watch, bytes);
    release();
    return own;
  }

  /** One lets go. */
  public void release() {
    if (users.decrementAndGet() == 0) {
      watch.freed(bytes);
    }
  }
}
