package org.keras4j.core;

import org.keras4j.core.context.Context;

/**
 * Marks that only shapes and dtypes are being found out ({@code
 * keras.SymbolicScope}): what has effects, or depends on values, is to be left out.
 */
public final class SymbolicScope implements AutoCloseable {
  private static final Context.Key<SymbolicScope> CURRENT = Context.Key.inherited("symbolic scope");

  private final Context.Place<SymbolicScope> place;

  public SymbolicScope() {
    place = CURRENT.open(this);
  }

  /** Whether one is open here. */
  public static boolean isOpen() {
    return CURRENT.get() != null;
  }

  @Override
  public void close() {
    place.close();
  }
}
