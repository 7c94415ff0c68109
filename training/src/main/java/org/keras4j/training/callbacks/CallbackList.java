package org.keras4j.training.callbacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.distribution.Distribution;

/** Several callbacks as one, called in order. */
public final class CallbackList extends Callback {
  private final List<Callback> callbacks;

  /** The callbacks, told model and parameters. */
  public CallbackList(List<Callback> callbacks, TrainingModel model, Map<String, Object> params) {
    this(callbacks, false, false, model, params);
  }

  /**
   * The callbacks, told model and parameters.
   *
   * @param addHistory whether a {@link History} follows, if there is none among them
   * @param addProgbar whether a {@link ProgbarLogger} follows, if there is none among them
   */
  public CallbackList(
      List<Callback> callbacks,
      boolean addHistory,
      boolean addProgbar,
      TrainingModel model,
      Map<String, Object> params) {
    boolean chief = Distribution.isChief();
    this.callbacks = new ArrayList<>();
    callbacks.stream().filter(c -> chief || !c.isForChief()).forEach(this.callbacks::add);
    if (addHistory && find(History.class) == null) {
      this.callbacks.add(new History());
    }
    if (addProgbar && chief && find(ProgbarLogger.class) == null) {
      this.callbacks.add(new ProgbarLogger());
    }
    setModel(model);
    setParams(params);
    each(c -> c.setModel(model));
    each(c -> c.setParams(params));
  }

  /** The last callback of a kind, or null. */
  public <C extends Callback> @Nullable C find(Class<C> kind) {
    C found = null;
    for (Callback c : callbacks) {
      if (kind.isInstance(c)) {
        found = kind.cast(c);
      }
    }
    return found;
  }

  private void each(Consumer<Callback> action) {
    callbacks.forEach(action);
  }

  // a backup is of what all the others made of the batch or epoch
  private void backupsLast(Consumer<Callback> action) {
    callbacks.stream().filter(c -> !isBackup(c)).forEach(action);
    callbacks.stream().filter(c -> isBackup(c)).forEach(action);
  }

  private static boolean isBackup(Callback c) {
    return c instanceof BackupAndRestore || c instanceof TrainingCheckpoint;
  }

  /** What each callback remembers, by class, for {@link #restore(List)}. */
  public List<Object> states() {
    List<Object> out = new ArrayList<>();
    for (Callback c : callbacks) {
      Map<String, Object> state = c.state();
      if (!state.isEmpty()) {
        out.add(List.of(c.getClass().getName(), state));
      }
    }
    return out;
  }

  /** Gives back what {@link #states} gave: to callbacks of the same classes, in their order. */
  @SuppressWarnings("unchecked")
  public void restore(List<?> states) {
    List<Object> left = new ArrayList<>(states);
    for (Callback c : callbacks) {
      for (Object o : left) {
        List<?> one = (List<?>) o;
        if (c.getClass().getName().equals(one.get(0))) {
          c.restore((Map<String, Object>) one.get(1));
          left.remove(o);
          break;
        }
      }
    }
  }

  /** The callbacks in order. */
  public List<Callback> callbacks() {
    return List.copyOf(callbacks);
  }

  @Override
  public void onTrainBegin(Logs logs) {
    each(c -> c.onTrainBegin(logs));
  }

  @Override
  public void onTrainBatchBegin(int batch, Logs logs) {
    each(c -> c.onTrainBatchBegin(batch, logs));
  }

  @Override
  public void onTrainEnd(Logs logs) {
    each(c -> c.onTrainEnd(logs));
  }

  @Override
  public void onTrainBatchEnd(int batch, Logs logs) {
    backupsLast(c -> c.onTrainBatchEnd(batch, logs));
  }

  @Override
  public void onTestBegin(Logs logs) {
    each(c -> c.onTestBegin(logs));
  }

  @Override
  public void onTestBatchBegin(int batch, Logs logs) {
    each(c -> c.onTestBatchBegin(batch, logs));
  }

  @Override
  public void onTestEnd(Logs logs) {
    each(c -> c.onTestEnd(logs));
  }

  @Override
  public void onTestBatchEnd(int batch, Logs logs) {
    each(c -> c.onTestBatchEnd(batch, logs));
  }

  @Override
  public void onPredictBegin(Logs logs) {
    each(c -> c.onPredictBegin(logs));
  }

  @Override
  public void onPredictBatchBegin(int batch, Logs logs) {
    each(c -> c.onPredictBatchBegin(batch, logs));
  }

  @Override
  public void onPredictEnd(Logs logs) {
    each(c -> c.onPredictEnd(logs));
  }

  @Override
  public void onPredictBatchEnd(int batch, Logs logs) {
    each(c -> c.onPredictBatchEnd(batch, logs));
  }

  @Override
  public void onEpochBegin(int epoch, Logs logs) {
    each(c -> c.onEpochBegin(epoch, logs));
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    backupsLast(c -> c.onEpochEnd(epoch, logs));
  }

  /** Whether one of them does. */
  @Override
  public boolean looksAtBatches() {
    return callbacks.stream().anyMatch(Callback::looksAtBatches);
  }
}
