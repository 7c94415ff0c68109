package org.keras4j.core;

import org.jspecify.annotations.Nullable;

/**
 * Marks, for the current thread, that only shapes and dtypes are being found out ({@code
 * keras.SymbolicScope}): what has effects, or depends on values, is to be left out.
 */
public final class SymbolicScope implements AutoCloseable {
  private static final ThreadLocal<@Nullable SymbolicScope> CURRENT = new ThreadLocal<>();

  private final @Nullable SymbolicScope outer = CURRENT.get();

  public SymbolicScope() {
    CURRENT.set(this);
  }

  /** Whether one is open in this thread. */
  public static boolean isOpen() {
    return CURRENT.get() != null;
  }

  @Override
  public void close() {
    if (CURRENT.get() != this) {
      throw new IllegalStateException(
          "A SymbolicScope is closed by the thread that opened it, innermost first");
    }
    CURRENT.set(outer);
  }
}
