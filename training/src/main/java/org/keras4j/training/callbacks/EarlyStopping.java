package org.keras4j.training.callbacks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.internal.SavedState;
import org.keras4j.core.internal.messages.Log;

/**
 * Ends training when a number gets no better ({@code keras.callbacks.EarlyStopping}): after {@code patience} epochs
 * without a value better than the best by more than {@code minDelta}.
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new EarlyStopping().patience(3).restoreBestWeights(true)));
 * }</pre>
 */
public final class EarlyStopping extends MonitorCallback<EarlyStopping> {
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

  /**
   * Watches a number.
   *
   * @param monitor its name in the logs, {@code val_loss} by default
   */
  public EarlyStopping(String monitor) {
    super(monitor);
  }

  /**
   * How much better counts as better.
   *
   * @param value 0 by default
   * @return this callback
   */
  public EarlyStopping minDelta(double value) {
    return set("minDelta", () -> setMinDelta(value));
  }

  /**
   * For how many epochs it may get no better.
   *
   * @param value 0 by default
   * @return this callback
   */
  public EarlyStopping patience(int value) {
    return set("patience", () -> this.patience = value);
  }

  /**
   * Whether it says on the standard output what it does.
   *
   * @param value 0 silent (the default), 1 says what it does
   * @return this callback
   */
  public EarlyStopping verbose(int value) {
    return set("verbose", () -> this.verbose = value);
  }

  /**
   * Only values better than this count as better.
   *
   * @param value null (the default) for any
   * @return this callback
   */
  public EarlyStopping baseline(@Nullable Double value) {
    return set("baseline", () -> this.baseline = value);
  }

  /** {@link #baseline(Double)} of a number. */
  public EarlyStopping baseline(double value) {
    return baseline((Double) value);
  }

  /**
   * Whether the weights of the best epoch come back in the end.
   *
   * @param value false by default
   * @return this callback
   */
  public EarlyStopping restoreBestWeights(boolean value) {
    return set("restoreBestWeights", () -> this.restoreBestWeights = value);
  }

  /**
   * The first epoch that counts, from 0.
   *
   * @param value 0 by default
   * @return this callback
   */
  public EarlyStopping startFromEpoch(int value) {
    return set("startFromEpoch", () -> this.startFromEpoch = value);
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
    waited = SavedState.number(state, "waited").intValue();
    stoppedEpoch = SavedState.number(state, "stopped_epoch").intValue();
    bestEpoch = SavedState.number(state, "best_epoch").intValue();
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
