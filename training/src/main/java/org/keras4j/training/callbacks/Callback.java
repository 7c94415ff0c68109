package org.keras4j.training.callbacks;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in training, evaluation and prediction ({@code keras.callbacks.Callback}): override what is
 * needed. Batches and epochs count from 0. One with settings extends {@link FluentCallback}.
 *
 * <pre>{@code
 * Callback callback = new Callback() {
 *   @Override public void onEpochEnd(int epoch, Logs logs) {
 *     System.out.println(epoch + ": " + logs.get("loss"));
 *   }
 * };
 * model.fit(x, y, Fit.epochs(3).callbacks(callback));
 * }</pre>
 */
public abstract class Callback {
  private static final List<String> BATCH_METHODS = List.of(
      "onTrainBatchBegin",
      "onTrainBatchEnd",
      "onBatchBegin",
      "onBatchEnd",
      "onTestBatchBegin",
      "onTestBatchEnd",
      "onPredictBatchBegin",
      "onPredictBatchEnd");

  private @Nullable TrainingModel model;
  private Map<String, Object> params = Map.of();

  /** Called once before anything else. */
  public void setModel(TrainingModel newModel) {
    this.model = newModel;
  }

  /** Called with {@code epochs}, {@code steps} (null if not known) and {@code verbose}. */
  public void setParams(Map<String, Object> newParams) {
    this.params = newParams;
  }

  /** The model in training. */
  protected final TrainingModel model() {
    if (model == null) {
      throw new IllegalStateException(getClass().getSimpleName() + ": is not in use by a model");
    }
    return model;
  }

  final boolean isInUse() {
    return model != null;
  }

  protected final Map<String, Object> params() {
    return params;
  }

  /**
   * What this callback has to remember for a training that was cut off and goes on in another process: counters, best
   * values. Numbers, strings, booleans, null, arrays, and lists and maps of these; nothing unless overridden. Backups
   * ask for it after the other callbacks were called for the batch or epoch.
   */
  public Map<String, Object> state() {
    return Map.of();
  }

  /** Takes what {@link #state} gave; called after {@link #onTrainBegin} of a training that goes on. */
  public void restore(Map<String, Object> state) {}

  /**
   * Whether under a distribution over processes only rank 0 has this callback: true for those that print, or write files. What
   * changes the training must be on every rank.
   *
   * @return false unless overridden
   */
  public boolean isForChief() {
    return false;
  }

  public void onTrainBegin(Logs logs) {}

  public void onTrainEnd(Logs logs) {}

  public void onEpochBegin(int epoch, Logs logs) {}

  /** With the epoch's losses and metrics, validation's under {@code val_...}. */
  public void onEpochEnd(int epoch, Logs logs) {}

  /** Before a batch of training; the default calls {@link #onBatchBegin}. */
  public void onTrainBatchBegin(int batch, Logs logs) {
    onBatchBegin(batch, logs);
  }

  /**
   * With the epoch's losses and metrics so far; looking at them waits for the device. The default calls {@link
   * #onBatchEnd}.
   */
  public void onTrainBatchEnd(int batch, Logs logs) {
    onBatchEnd(batch, logs);
  }

  /** Another name of {@link #onTrainBatchBegin}. */
  public void onBatchBegin(int batch, Logs logs) {}

  /** Another name of {@link #onTrainBatchEnd}. */
  public void onBatchEnd(int batch, Logs logs) {}

  public void onTestBegin(Logs logs) {}

  public void onTestEnd(Logs logs) {}

  public void onTestBatchBegin(int batch, Logs logs) {}

  public void onTestBatchEnd(int batch, Logs logs) {}

  public void onPredictBegin(Logs logs) {}

  public void onPredictEnd(Logs logs) {}

  public void onPredictBatchBegin(int batch, Logs logs) {}

  public void onPredictBatchEnd(int batch, Logs logs) {}

  /**
   * Whether this callback wants to be called for every single batch. If none does, {@code fit}, {@code evaluate}
   * and {@code predict} may run several steps as one, and call only before the first and after the last of them.
   * True for classes that override one of the methods for batches, unless they say otherwise.
   */
  public boolean looksAtBatches() {
    return BATCH_METHODS.stream().anyMatch(this::overrides);
  }

  private boolean overrides(String method) {
    try {
      return getClass().getMethod(method, int.class, Logs.class).getDeclaringClass()
          != Callback.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // it is public, and declared above
    }
  }
}
