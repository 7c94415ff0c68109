package org.keras4j.training.callbacks;

/**
 * Ends training when the loss is not finite ({@code keras.callbacks.TerminateOnNaN}).
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new TerminateOnNaN().raiseError(true)));
 * }</pre>
 */
public final class TerminateOnNaN extends FluentCallback<TerminateOnNaN> {
  private boolean raiseError;

  /**
   * Whether it ends by an exception.
   *
   * @param value false by default
   * @return this callback
   */
  public TerminateOnNaN raiseError(boolean value) {
    return set("raiseError", () -> this.raiseError = value);
  }

  /** Looks at the loss. */
  @Override
  public void onBatchEnd(int batch, Logs logs) {
    Double loss = logs.get("loss");
    if (loss == null || Double.isFinite(loss)) {
      return;
    }
    if (raiseError) {
      throw new ArithmeticException("TerminateOnNaN: the loss is " + loss + " at batch " + batch);
    }
    Console.line("Batch " + batch + ": Invalid loss, terminating training");
    model().setStopTraining(true);
  }
}
