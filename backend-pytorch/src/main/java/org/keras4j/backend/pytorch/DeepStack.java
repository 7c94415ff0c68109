package org.keras4j.backend.pytorch;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.keras4j.core.spi.BackendException;

/** Runs what recurses along a program, as libtorch's passes do: a long program needs a deep stack. */
final class DeepStack {
  private static final long LINE_STACK = 64 << 10;

  private DeepStack() {}

  /**
   * Calls on a thread of its own, and waits; an interrupt is kept for later.
   *
   * @param lines the length of the program
   */
  static <T> T call(int lines, Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    long stack = Math.min(2L << 30, (16L << 20) + lines * LINE_STACK);
    Thread t = new Thread(null, task, "keras4j-pytorch-compiler", stack);
    t.setDaemon(true);
    t.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException r) {
            throw r;
          }
          if (e.getCause() instanceof Error r) {
            throw r;
          }
          throw new BackendException("Compiling failed", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
