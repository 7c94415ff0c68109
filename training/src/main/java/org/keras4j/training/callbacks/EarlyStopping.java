package org.keras4j.training.callbacks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.internal.Log;

/** Ends training when a number gets no better ({@code keras.callbacks.EarlyStopping}). */
public final class EarlyStopping extends MonitorCallback {
  private static final Log LOG = Log.of(EarlyStopping.class);

  private int patience;
  private int verbose;
  private @Nullable Double baseline;
  private boolean restoreBestWeights;
  private int startFromEpoch;

  private int waited;
  private int stoppedEpoch;
  private int bestEpoch;
  private @Nullable Double best;
  private @Nullable List<NDArray> bestWeights;

  /** Watches {@code val_loss}. */
  public EarlyStopping() {
    this("val_loss");
  }

  /** Watches a number by its name in the logs. */
  public EarlyStopping(String monitor) {
    super(monitor);
  }

  /** How much better counts as better; 0 by default. */
  public EarlyStopping minDelta(double value) {
    setMinDelta(value);
    return this;
  }

  /** For how many epochs it may get no better; 0 by default. */
  public EarlyStopping patience(int value) {
    this.patience = value;
    return this;
  }

  /** 0 silent (the default), 1 says what it does. */
  public EarlyStopping verbose(int value) {
    this.verbose = value;
    return this;
  }

  /** {@code min}, {@code max}, or {@code auto} (the default), by the metric's kind. */
  public EarlyStopping mode(String value) {
    setMode(value);
    return this;
  }

  /** Only values better than this count as better; null (the default) for any. */
  public EarlyStopping baseline(@Nullable Double value) {
    this.baseline = value;
    return this;
  }

  /** {@link #baseline(Double)} of a number. */
  public EarlyStopping baseline(double value) {
    return baseline((Double) value);
  }

  /** Whether the weights of the best epoch come back in the end; false by default. */
  public EarlyStopping restoreBestWeights(boolean value) {
    this.restoreBestWeights = value;
    return this;
  }

  /** The first epoch that counts, from 0; 0 by default. */
  public EarlyStopping startFromEpoch(int value) {
    this.startFromEpoch = value;
    return this;
  }

  /** The epoch after which training was ended, counted from 0; 0 if it was not. */
  public int stoppedEpoch() {
    return stoppedEpoch;
  }

  /** The epoch of the best value, counted from 0. */
  public int bestEpoch() {
    return bestEpoch;
  }

  /** The best value so far, or null. */
  public @Nullable Double best() {
    return best;
  }

  @Override
  public void onTrainBegin(Logs logs) {
    waited = 0;
    stoppedEpoch = 0;
    bestEpoch = 0;
    best = null;
    bestWeights = null;
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    Double current = logs.get(monitor());
    if (current == null) {
      LOG.warn("EarlyStopping watches '" + monitor() + "', which is not there; there are "
          + logs.keySet());
      return;
    }
    if (epoch < startFromEpoch) {
      return;
    }
    if (restoreBestWeights && bestWeights == null) {
      bestWeights = model().getWeights();
      bestEpoch = epoch;
    }
    waited++;
    if (isImprovement(current, best)) {
      best = current;
      bestEpoch = epoch;
      if (restoreBestWeights) {
        bestWeights = model().getWeights();
      }
      if (baseline == null || isImprovement(current, baseline)) {
        waited = 0;
      }
      return;
    }
    if (waited >= patience && epoch > 0) {
      stoppedEpoch = epoch;
      model().setStopTraining(true);
    }
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("waited", waited);
    out.put("stopped_epoch", stoppedEpoch);
    out.put("best_epoch", bestEpoch);
    out.put("best", best);
    out.put("best_weights", bestWeights);
    return out;
  }

  @Override
  @SuppressWarnings("unchecked")
  public void restore(Map<String, Object> state) {
    waited = ((Number) state.get("waited")).intValue();
    stoppedEpoch = ((Number) state.get("stopped_epoch")).intValue();
    bestEpoch = ((Number) state.get("best_epoch")).intValue();
    best = (Double) state.get("best");
    bestWeights = (List<NDArray>) state.get("best_weights");
  }

  @Override
  public void onTrainEnd(Logs logs) {
    if (stoppedEpoch > 0 && verbose > 0) {
      Console.line("Epoch " + (stoppedEpoch + 1) + ": early stopping");
    }
    if (restoreBestWeights && bestWeights != null) {
      if (verbose > 0) {
        Console.line(
            "Restoring model weights from the end of the best epoch: " + (bestEpoch + 1) + ".");
      }
      model().setWeights(bestWeights);
    }
  }
}
