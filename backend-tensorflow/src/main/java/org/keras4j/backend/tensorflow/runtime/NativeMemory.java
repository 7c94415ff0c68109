package org.keras4j.backend.tensorflow.runtime;

import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tensors that live outside the Java heap: counts their bytes, and frees those that became
 * unreachable. When what is held has doubled since the last collection, one is asked for, and at the
 * limit an allocation waits a while for it.
 *
 * <p>The limit is system property {@code keras4j.tensorflow.memoryLimit} in bytes, by default 80% of the
 * machine's (or container's) memory.
 */
public final class NativeMemory {
  private static final ReferenceQueue<Object> UNREACHABLE = new ReferenceQueue<>();
  private static final Set<Owned> LIVE = ConcurrentHashMap.newKeySet();
  private static final AtomicLong HELD = new AtomicLong();
  private static final long LIMIT = limit();
  // below this much, garbage does no harm
  private static final long FLOOR = Math.min(512L << 20, LIMIT / 4);
  private static volatile long collectAt = FLOOR;

  static {
    Thread t = new Thread(NativeMemory::reclaim, "keras4j-tensorflow-reclaimer");
    t.setDaemon(true);
    t.start();
  }

  private NativeMemory() {}

  /** A handle with the Java object whose end frees it. */
  public static final class Owned extends PhantomReference<Object> {
    private final Handle handle;
    private final long bytes;

    private Owned(Object owner, Handle handle, long bytes) {
      super(owner, UNREACHABLE);
      this.handle = handle;
      this.bytes = bytes;
    }

    /** Frees now; a second call does nothing. */
    public void free() {
      if (LIVE.remove(this)) {
        clear();
        handle.release();
        HELD.addAndGet(-bytes);
      }
    }
  }

  /** Ties a handle to its owner. */
  public static Owned own(Object owner, Handle handle, long bytes) {
    Owned o = new Owned(owner, handle, bytes);
    LIVE.add(o);
    if (HELD.addAndGet(bytes) > collectAt) {
      collect();
    }
    return o;
  }

  /** Bytes of the tensors held now. */
  public static long held() {
    return HELD.get();
  }

  private static long limit() {
    String set = System.getProperty("keras4j.tensorflow.memoryLimit");
    if (set != null) {
      return Long.parseLong(set);
    }
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getTotalMemorySize() / 10 * 8
        : Long.MAX_VALUE;
  }

  private static synchronized void collect() {
    if (HELD.get() <= collectAt) {
      return; // another thread has just done it
    }
    await();
    for (int i = 0; i < 5 && HELD.get() > LIMIT; i++) {
      await();
    }
    long held = HELD.get();
    collectAt = Math.max(FLOOR, held > LIMIT ? held + FLOOR : Math.min(2 * held, LIMIT));
  }

  /** Collects garbage and waits, half a second at most, while that frees tensors. */
  private static void await() {
    System.gc();
    int quiet = 0;
    long before = HELD.get();
    for (int i = 0; i < 50 && quiet < 3; i++) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      long now = HELD.get();
      quiet = now == before ? quiet + 1 : 0;
      before = now;
    }
  }

  private static void reclaim() {
    while (true) {
      try {
        ((Owned) UNREACHABLE.remove()).free();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
