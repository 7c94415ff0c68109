package org.keras4j.core.spi;

import java.util.function.LongSupplier;

/**
 * Has forgotten native things freed, which only the garbage collector can find. This class, and none
 * other, calls {@link System#gc}.
 */
public final class Garbage {
  private static final int WAITS = 50;
  private static final int QUIET = 3;
  private static final long WAIT_MILLIS = 10;

  private Garbage() {}

  /**
   * Has garbage collected and waits while that frees something, half a second at most.
   *
   * @param held tells how much is held; when it rests, all that was found is freed
   * @param release called in between to free what was found; does nothing where a thread does that by itself
   */
  public static void collect(LongSupplier held, Runnable release) {
    System.gc();
    int quiet = 0;
    long before = held.getAsLong();
    for (int i = 0; i < WAITS && quiet < QUIET; i++) {
      try {
        Thread.sleep(WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      release.run();
      long now = held.getAsLong();
      quiet = now == before ? quiet + 1 : 0;
      before = now;
    }
  }
}
