package org.keras4j.training.callbacks;

import java.util.function.IntToDoubleFunction;
import org.keras4j.training.optimizers.Optimizer;

/**
 * Sets the learning rate before each epoch ({@code keras.callbacks.LearningRateScheduler}).
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new LearningRateScheduler((epoch, rate) -> epoch < 10 ? rate : rate * 0.9).verbose(1)));
 * }</pre>
 */
public final class LearningRateScheduler extends FluentCallback<LearningRateScheduler> {
  private final Schedule schedule;
  private int verbose;

  /** The learning rate of an epoch. */
  @FunctionalInterface
  public interface Schedule {
    /**
     * The new learning rate.
     *
     * @param epoch counted from 0
     * @param learningRate the one so far
     */
    double learningRate(int epoch, double learningRate);
  }

  /**
   * By a function of the epoch and of the learning rate so far.
   *
   * @param schedule gives the learning rate of an epoch, from 0
   */
  public LearningRateScheduler(Schedule schedule) {
    this.schedule = schedule;
  }

  /**
   * By a function of the epoch.
   *
   * @param schedule gives the learning rate of an epoch, from 0
   */
  public LearningRateScheduler(IntToDoubleFunction schedule) {
    this.schedule = (epoch, rate) -> schedule.applyAsDouble(epoch);
  }

  /**
   * Whether it says on the standard output what it does.
   *
   * @param value 0 silent (the default), 1 says what it does
   * @return this callback
   */
  public LearningRateScheduler verbose(int value) {
    return set("verbose", () -> this.verbose = value);
  }

  @Override
  public void onEpochBegin(int epoch, Logs logs) {
    boolean several = LearningRates.several(this, model());
    for (Optimizer o : LearningRates.optimizers(this, model())) {
      double rate = schedule.learningRate(epoch, LearningRates.get(o));
      o.setLearningRate(rate);
      if (verbose > 0) {
        Console.line("\nEpoch " + (epoch + 1) + ": LearningRateScheduler setting "
            + (several ? o.name() + " " : "") + "learning rate to " + PythonNumbers.repr(rate)
            + ".");
      }
    }
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    LearningRates.log(this, model(), logs);
  }
}
