package org.keras4j.backend.pytorch;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/** The switch of oneDNN, one for the whole process, which our own functions must not see turned. */
final class OneDnn {
  private static final ReentrantReadWriteLock RUNS = new ReentrantReadWriteLock();
  private static volatile boolean turned;

  private OneDnn() {}

  /** Says that {@link #without} will be called. */
  static void willBeTurned() {
    turned = true;
  }

  /** Before a function runs; whether {@link #left} must be called after it. */
  static boolean entered() {
    if (turned) {
      RUNS.readLock().lock();
      return true;
    }
    return false;
  }

  static void left() {
    RUNS.readLock().unlock();
  }

  /** Runs code without oneDNN, while none of our functions runs but those that wait for this code. */
  static <T> T without(Supplier<T> body) {
    int waiting = RUNS.getReadHoldCount(); // it is called from within them
    for (int i = 0; i < waiting; i++) {
      RUNS.readLock().unlock();
    }
    RUNS.writeLock().lock();
    Context settings = torch.globalContext();
    boolean before = settings.userEnabledMkldnn();
    settings.setUserEnabledMkldnn(false);
    try {
      return body.get();
    } finally {
      settings.setUserEnabledMkldnn(before);
      for (int i = 0; i < waiting; i++) {
        RUNS.readLock().lock();
      }
      RUNS.writeLock().unlock();
    }
  }
}
