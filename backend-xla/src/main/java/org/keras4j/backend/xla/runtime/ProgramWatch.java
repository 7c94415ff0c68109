package org.keras4j.backend.xla.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the programs that live. One is a small object to Java's collector and a quarter of a megabyte or more
 * beside its heap, so when many were made since the last collection, another is asked for.
 */
public final class ProgramWatch {
  private static final int STEP = 128;
  private static final int WAITS = 20;
  private static final long WAIT_MILLIS = 5;

  private final AtomicInteger live = new AtomicInteger();
  private volatile int collectAt = STEP;

  /** Counts a program that was made. */
  public void made() {
    if (live.incrementAndGet() > collectAt) {
      collect();
    }
  }

  /** Counts a program that was destroyed. */
  public void gone() {
    live.decrementAndGet();
  }

  /** How many live. */
  public int live() {
    return live.get();
  }

  private synchronized void collect() {
    if (live.get() <= collectAt) {
      return; // another thread was here first
    }
    System.gc();
    int before = live.get();
    for (int i = 0, quiet = 0; i < WAITS && quiet < 2; i++) {
      try {
        Thread.sleep(WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      int now = live.get();
      quiet = now == before ? quiet + 1 : 0;
      before = now;
    }
    collectAt = before + Math.max(STEP, before / 2);
  }
}
