package org.keras4j.backend.xla.runtime;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of buffers. Java's collector does not see them, so when their sum has doubled since
 * the last collection, some of it may be garbage, and one is asked for; at the limit an allocation waits
 * a while for what that frees.
 */
public final class MemoryWatch {
  private static final long MEBIBYTE = 1L << 20;
  private static final int WAITS = 50;
  private static final long WAIT_MILLIS = 10;

  private final long limit;
  private final long floor;
  private final Runnable release;
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();
  private volatile long collectAt;

  /**
   * A watch over one memory.
   *
   * @param limit what buffers should stay below, in bytes
   * @param release destroys what the collector found, where nobody else does
   */
  public MemoryWatch(long limit, Runnable release) {
    this.limit = limit;
    this.floor = Math.min(512 * MEBIBYTE, limit / 4);
    this.release = release;
    this.collectAt = floor;
  }

  /** System property {@code keras4j.xla.memoryLimit} in bytes, else 80% of the machine's memory. */
  public static long hostLimit() {
    String set = System.getProperty("keras4j.xla.memoryLimit");
    if (set != null) {
      return Long.parseLong(set);
    }
    long total = Long.MAX_VALUE;
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean os) {
      total = os.getTotalMemorySize();
    }
    return total / 10 * 8;
  }

  /** Counts an allocation that was made. */
  public void allocated(long bytes) {
    long now = used.addAndGet(bytes);
    if (now > peak.get()) {
      peak.accumulateAndGet(now, Math::max);
    }
    if (now > collectAt) {
      collect();
    }
  }

  public void freed(long bytes) {
    used.addAndGet(-bytes);
  }

  public long used() {
    return used.get();
  }

  public long peak() {
    return peak.get();
  }

  private synchronized void collect() {
    if (used.get() <= collectAt) {
      return; // another thread was here first
    }
    System.gc();
    long before = used.get();
    int quiet = 0;
    for (int i = 0; i < WAITS && (quiet < 3 || used.get() > limit); i++) {
      try {
        Thread.sleep(WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      release.run();
      long now = used.get();
      quiet = now == before ? quiet + 1 : 0;
      before = now;
    }
    collectAt = Math.max(floor, 2 * used.get());
  }
}
