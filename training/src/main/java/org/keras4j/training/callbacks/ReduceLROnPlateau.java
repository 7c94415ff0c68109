package org.keras4j.training.callbacks;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.SavedState;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.training.optimizers.Optimizer;

/**
 * Lowers the learning rate when a number gets no better ({@code keras.callbacks.ReduceLROnPlateau}): to {@code
 * max(rate * factor, minLr)}, after {@code patience} epochs without a value better than the best by more than {@code
 * minDelta}.
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new ReduceLROnPlateau("val_loss").factor(0.2).patience(5).minLr(0.001)));
 * }</pre>
 */
public final class ReduceLROnPlateau extends MonitorCallback<ReduceLROnPlateau> {
  private static final Log LOG = Log.of(ReduceLROnPlateau.class);

  private double factor = 0.1;
  private int patience = 10;
  private int verbose;
  private int cooldown;
  private double minLr;

  private int cooling;
  private int waited;
  private @Nullable Double best;

  /** Watches {@code val_loss}. */
  public ReduceLROnPlateau() {
    this("val_loss");
  }

  /**
   * Watches a number.
   *
   * @param monitor its name in the logs, {@code val_loss} by default
   */
  public ReduceLROnPlateau(String monitor) {
    super(monitor);
    setMinDelta(1e-4);
  }

  /**
   * What the learning rate is multiplied with, below 1.
   *
   * @param value 0.1 by default
   * @return this callback
   * @throws IllegalArgumentException unless it is less than 1
   */
  public ReduceLROnPlateau factor(double value) {
    return set("factor", () -> {
      if (value >= 1) {
        throw new IllegalArgumentException(
            "ReduceLROnPlateau: factor expects less than 1, got " + value);
      }
      this.factor = value;
    });
  }

  /**
   * For how many epochs it may get no better.
   *
   * @param value 10 by default
   * @return this callback
   */
  public ReduceLROnPlateau patience(int value) {
    return set("patience", () -> this.patience = value);
  }

  /**
   * Whether it says on the standard output what it does.
   *
   * @param value 0 silent (the default), 1 says what it does
   * @return this callback
   */
  public ReduceLROnPlateau verbose(int value) {
    return set("verbose", () -> this.verbose = value);
  }

  /**
   * How much better counts as better.
   *
   * @param value 0.0001 by default
   * @return this callback
   */
  public ReduceLROnPlateau minDelta(double value) {
    return set("minDelta", () -> setMinDelta(value));
  }

  /**
   * For how many epochs after lowering it does not count.
   *
   * @param value 0 by default
   * @return this callback
   */
  public ReduceLROnPlateau cooldown(int value) {
    return set("cooldown", () -> this.cooldown = value);
  }

  /**
   * The lowest learning rate.
   *
   * @param value 0 by default
   * @return this callback
   */
  public ReduceLROnPlateau minLr(double value) {
    return set("minLr", () -> this.minLr = value);
  }

  @Override
  public void onTrainBegin(Logs logs) {
    best = null;
    cooling = 0;
    waited = 0;
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    LearningRates.log(this, model(), logs);
    Double current = logs.get(monitor());
    if (current == null) {
      LOG.warn("ReduceLROnPlateau watches '" + monitor() + "', which is not there; there are "
          + logs.keySet());
      return;
    }
    if (cooling > 0) {
      cooling--;
      waited = 0;
    }
    if (isImprovement(current, best)) {
      best = current;
      waited = 0;
    } else if (cooling == 0) {
      waited++;
      if (waited >= patience && reduce(epoch)) {
        cooling = cooldown;
        waited = 0;
      }
    }
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("best", best);
    out.put("cooling", cooling);
    out.put("waited", waited);
    return out;
  }

  @Override
  public void restore(Map<String, Object> state) {
    best = (Double) state.get("best");
    cooling = SavedState.number(state, "cooling").intValue();
    waited = SavedState.number(state, "waited").intValue();
  }

  private boolean reduce(int epoch) {
    boolean reduced = false;
    boolean several = LearningRates.several(this, model());
    for (Optimizer o : LearningRates.optimizers(this, model())) {
      double old = LearningRates.get(o);
      if (old > (float) minLr) {
        double rate = Math.max(old * factor, minLr);
        o.setLearningRate(rate);
        reduced = true;
        if (verbose > 0) {
          Console.line("\nEpoch " + (epoch + 1) + ": ReduceLROnPlateau reducing"
              + (several ? " " + o.name() : "") + " learning rate to " + PythonNumbers.repr(rate)
              + ".");
        }
      }
    }
    return reduced;
  }
}
