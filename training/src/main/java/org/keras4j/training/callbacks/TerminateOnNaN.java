package org.keras4j.training.callbacks;

/** Ends training when the loss is not finite ({@code keras.callbacks.TerminateOnNaN}). */
public final class TerminateOnNaN extends Callback {
  private boolean raiseError;

  /** Whether it ends by an exception; false by default. */
  public TerminateOnNaN raiseError(boolean value) {
    this.raiseError = value;
    return this;
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
