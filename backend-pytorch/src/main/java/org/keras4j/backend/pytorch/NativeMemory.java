package org.keras4j.backend.pytorch;

import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that tensors hold outside the Java heap, frees those of tensors that became
 * unreachable, and asks for a collection when much is held that may be garbage.
 *
 * <p>The hard limit is system property {@code keras4j.pytorch.memoryLimit} in bytes, by default 80% of
 * the machine's (or container's) memory. At the limit an allocation waits a while for reclamation.
 */
final class NativeMemory {
  /** What frees native memory once its owner is unreachable. */
  abstract static class Handle<T> extends PhantomReference<T> {
    Handle(T owner) {
      super(owner, QUEUE);
    }

    /** Frees; called once at most, by the reclaimer. */
    abstract void reclaim();
  }

  private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  private static final AtomicLong USED = new AtomicLong();
  private static final long LIMIT = limit();
  // below this, garbage does no harm; above, a collection is due when use has doubled since the
  // last
  private static final long FLOOR = Math.min(512L << 20, LIMIT / 4);
  private static volatile long collectAt = FLOOR;

  static {
    Thread t = new Thread(NativeMemory::reclaimForever, "keras4j-pytorch-reclaimer");
    t.setDaemon(true);
    t.start();
  }

  private NativeMemory() {}

  private static long limit() {
    String set = System.getProperty("keras4j.pytorch.memoryLimit");
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

  /** Bytes held now. */
  static long used() {
    return USED.get();
  }

  /** Counts an allocation; waits if it passes the limit. */
  static void allocated(long bytes) {
    long now = USED.addAndGet(bytes);
    if (now > collectAt) {
      collect(now);
    }
  }

  static void freed(long bytes) {
    USED.addAndGet(-bytes);
  }

  private static synchronized void collect(long seen) {
    if (USED.get() <= collectAt) {
      return; // another thread has just collected
    }
    await();
    for (int i = 0; i < 5 && USED.get() > LIMIT; i++) {
      await();
    }
    collectAt = Math.max(FLOOR, Math.min(2 * USED.get(), Math.max(LIMIT, USED.get() + FLOOR)));
  }

  /** Collects, and gives the reclaimer the time to free what was found, half a second at most. */
  static void await() {
    System.gc();
    long before = USED.get();
    long quiet = 0;
    for (int i = 0; i < 50 && quiet < 3; i++) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      long now = USED.get();
      quiet = now == before ? quiet + 1 : 0;
      before = now;
    }
  }

  private static void reclaimForever() {
    while (true) {
      try {
        ((Handle<?>) QUEUE.remove()).reclaim();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
