package org.keras4j.examples.custom;

import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.Logs;

/** A callback: ends the training once the loss is below a limit. */
public final class GoodEnough extends Callback {
  private final double limit;

  /** With the limit. */
  public GoodEnough(double limit) {
    this.limit = limit;
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    Double loss = logs.get("loss");
    if (loss != null && loss < limit) {
      model().setStopTraining(true);
    }
  }
}
