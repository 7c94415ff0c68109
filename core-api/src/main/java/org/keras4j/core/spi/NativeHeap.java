package org.keras4j.core.spi;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.internal.messages.Log;

/**
 * What the C library of Linux (glibc) does with memory that native libraries free. Engines ask it for the memory of each
 * large tensor and free it a moment later. Left to itself it gives such memory back to the system at once, which hands
 * it out again page by page, cleared, when the next tensor touches it; that can take longer than the computation. So
 * it is told to keep what was freed for what comes next, up to 1 GiB or an eighth of the memory there is.
 *
 * <p>Nothing is changed where the system property {@code keras4j.malloc} is {@code system}, where the environment has
 * settings of its own ({@code GLIBC_TUNABLES}, {@code MALLOC_...}) or another allocator ({@code LD_PRELOAD}).
 */
public final class NativeHeap {
  private static final Log LOG = Log.of(NativeHeap.class);

  // malloc.h
  private static final int TRIM_THRESHOLD = -1;
  private static final int TOP_PAD = -2;
  private static final int MMAP_MAX = -4;

  private static final long MOST_KEPT = 1L << 30;
  private static final int SHARE_KEPT = 8;
  private static final int HEAP_OF_A_THREAD = 64 << 20;

  private static boolean done;

  private NativeHeap() {}

  /** The function of the C library of this name. */
  @FunctionalInterface
  public interface Mallopt {
    /**
     * Calls it.
     *
     * @param parameter a constant of {@code malloc.h}
     * @param value for that parameter
     */
    void set(int parameter, int value);
  }

  /**
   * Has freed memory kept, once in a process; nothing on other systems.
   *
   * @param mallopt calls {@code mallopt}; a failure of it is logged, and leaves things as they are
   */
  public static synchronized void keepFreed(Mallopt mallopt) {
    if (done || !System.getProperty("os.name", "").startsWith("Linux") || isChosen()) {
      return;
    }
    done = true;
    try {
      mallopt.set(TRIM_THRESHOLD, (int) kept());
      // smaller, the heap of a thread would be given back whenever nothing is in it
      mallopt.set(TOP_PAD, HEAP_OF_A_THREAD);
      mallopt.set(MMAP_MAX, 0);
    } catch (LinkageError | RuntimeException e) {
      LOG.debug("malloc keeps its settings", e);
    }
  }

  private static boolean isChosen() {
    return "system".equals(System.getProperty("keras4j.malloc")) || isChosen(System.getenv());
  }

  static boolean isChosen(Map<String, String> environment) {
    Set<String> names = environment.keySet();
    return names.contains("GLIBC_TUNABLES")
        || names.contains("LD_PRELOAD")
        || names.stream().anyMatch(n -> n.startsWith("MALLOC_") && n.endsWith("_"));
  }

  private static long kept() {
    long memory = ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : MOST_KEPT;
    return Math.min(MOST_KEPT, memory / SHARE_KEPT);
  }
}
