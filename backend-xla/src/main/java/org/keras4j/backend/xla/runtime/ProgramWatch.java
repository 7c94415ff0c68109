package org.keras4j.backend.xla.runtime;

import java.util.concurrent.atomic.AtomicInteger;
import org.keras4j.core.spi.Garbage;

/**
 * Counts the programs that live. One is a small object to Java's collector and a quarter of a megabyte or more
 * beside its heap, so when many were made since the last collection, another is asked for.
 */
public final class ProgramWatch {
  private static final int STEP = 128;

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
    Garbage.collect(live::get, () -> {});
    int left = live.get();
    collectAt = left + Math.max(STEP, left / 2);
  }
}
