package org.keras4j.training;

import org.jspecify.annotations.Nullable;

/**
 * {@code fit}, {@code evaluate} or {@code predict} ended between two steps because its thread was interrupted. The
 * thread's interrupt status is still set, and the model has the weights of its last whole step. A {@code fit} with a
 * {@code BackupAndRestore} goes on from the last backup when it is called again.
 */
public class RunInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what was interrupted.
   *
   * @param what the call and where it stood
   * @param cause what told of the interrupt, if anything did
   */
  public RunInterruptedException(String what, @Nullable Throwable cause) {
    super(what + " was interrupted; the model has the weights of its last whole step", cause);
  }
}
