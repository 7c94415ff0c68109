package org.keras4j.backend.pytorch;

import java.util.concurrent.atomic.AtomicInteger;
import org.keras4j.core.spi.MemoryWatch;

/**
 * The memory that one tensor, or several that are views of each other, lie in. Memory that a single
 * tensor of ours refers to, and nobody outside, may be overwritten when that tensor is donated.
 */
final class Storage {
  private final AtomicInteger users = new AtomicInteger();
  private final MemoryWatch watch;
  private final long bytes;
  private volatile boolean pinned;

  private Storage(MemoryWatch watch, long bytes, boolean pinned) {
    this.watch = watch;
    this.bytes = bytes;
    this.pinned = pinned;
  }

  /** Memory that we have had allocated on a device. */
  static Storage owned(long bytes, String device) {
    MemoryWatch watch = LibTorch.MEMORY.watch(device);
    watch.allocated(bytes);
    return new Storage(watch, bytes, false);
  }

  /** Memory that others hold too. */
  static Storage foreign() {
    return new Storage(LibTorch.MEMORY.host(), 0, true);
  }

  /** From now on others refer to it too. */
  void pin() {
    pinned = true;
  }

  boolean isExclusive() {
    return !pinned && users.get() == 1;
  }

  void retain() {
    users.incrementAndGet();
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      watch.freed(bytes);
    }
  }
}
