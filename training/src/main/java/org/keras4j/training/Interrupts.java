package org.keras4j.training;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/** How loops of steps heed an interrupt of their thread: between two steps, never within one. */
final class Interrupts {
  private Interrupts() {}

  /** Ends a loop that has done steps already, if its thread was interrupted. */
  static void between(int stepsDone, String what) {
    if (stepsDone > 0 && Thread.currentThread().isInterrupted()) {
      throw new RunInterruptedException(what + ", after " + stepsDone + " batches,", null);
    }
  }

  /** What a loop throws that was interrupted while it waited for a batch. */
  static RunInterruptedException waiting(InterruptedException cause) {
    return new RunInterruptedException("Waiting for the next batch", cause);
  }

  /** Whether a failure, of a callback that writes files for instance, comes from an interrupt of this thread. */
  static boolean isCauseOf(Throwable failure) {
    boolean interrupted = false;
    for (Throwable t = failure; t != null && !interrupted; t = t.getCause()) {
      interrupted = t instanceof InterruptedException
          || t instanceof ClosedByInterruptException
          || t instanceof InterruptedIOException
          || t instanceof RunInterruptedException;
    }
    return interrupted && Thread.currentThread().isInterrupted();
  }
}
