package org.keras4j.core.spi;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that tensors of a backend hold outside the Java heap, and sees to it that forgotten
 * ones do not pile up there.
 *
 * <p>A tensor of a gigabyte takes a hundred bytes of the Java heap. So the garbage collector has no
 * reason to run however many were forgotten, and only it can find them. Therefore this class asks for a
 * {@linkplain Garbage#collect collection} when the bytes held have doubled since the last time and are more
 * than 512 MB, and at the limit. Programs that close their tensors, or work in a {@link
 * org.keras4j.core.TensorScope}, never get there unless what they need doubles.
 */
public final class MemoryWatch {
  private static final long FLOOR = 512L << 20;

  private final long limit;
  private final long floor;
  private final Runnable release;
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();
  private volatile long collectAt;

  /**
   * A watch over one memory.
   *
   * @param limit what tensors should stay below, in bytes; at it an allocation waits a while for what a
   *     collection frees
   * @param release called after a collection to free what it found; does nothing where a thread of the
   *     backend does that by itself
   */
  public MemoryWatch(long limit, Runnable release) {
    this.limit = limit;
    this.floor = Math.min(FLOOR, limit / 4);
    this.release = release;
    this.collectAt = floor;
  }

  /** System property {@code keras4j.<backend>.memoryLimit} in bytes, else 80% of the machine's (or container's) memory. */
  public static long hostLimit(String backend) {
    String set = System.getProperty("keras4j." + backend + ".memoryLimit");
    if (set != null) {
      return Long.parseLong(set);
    }
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getTotalMemorySize() / 10 * 8
        : Long.MAX_VALUE;
  }

  /** Counts an allocation. */
  public void allocated(long bytes) {
    long now = used.addAndGet(bytes);
    if (now > peak.get()) {
      peak.accumulateAndGet(now, Math::max);
    }
    if (now > collectAt) {
      collect();
    }
  }

  /** Counts the end of an allocation. */
  public void freed(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Bytes held now. */
  public long used() {
    return used.get();
  }

  /** The most bytes ever held. */
  public long peak() {
    return peak.get();
  }

  /** What tensors should stay below, in bytes. */
  public long limit() {
    return limit;
  }

  private synchronized void collect() {
    if (used.get() <= collectAt) {
      return; // another thread was here first
    }
    reclaim();
    for (int i = 0; i < 5 && used.get() > limit; i++) {
      reclaim();
    }
    long held = used.get();
    collectAt = Math.max(floor, held > limit ? held + floor : Math.min(2 * held, limit));
  }

  /**
   * Has garbage collected and waits while that frees tensors, half a second at most. A backend calls it
   * before it tries an allocation that failed a second time.
   */
  public void reclaim() {
    Garbage.collect(used::get, release);
  }
}
