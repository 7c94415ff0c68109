package org.keras4j.core.internal.session;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What higher modules hold for the whole process, and give up when a session is cleared. */
public final class SessionState {
  private static final List<Runnable> HELD = new CopyOnWriteArrayList<>();

  private SessionState() {}

  /** Registers what gives something up; called once for each kind of state, as its class is loaded. */
  public static void onClear(Runnable giveUp) {
    HELD.add(giveUp);
  }

  /** Gives all up. */
  public static void clear() {
    HELD.forEach(Runnable::run);
  }
}
