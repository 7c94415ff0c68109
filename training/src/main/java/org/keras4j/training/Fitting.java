package org.keras4j.training;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.training.callbacks.History;

/** The {@code fit} of a model that is in progress, of which there is one at most, and what callbacks ask of it. */
final class Fitting {
  private final Trainer model;
  private final AtomicBoolean underWay = new AtomicBoolean();
  private volatile @Nullable FitLoop loop;
  private volatile boolean stop;
  private @Nullable Integer initialEpoch;
  private @Nullable Resumption resumption;

  Fitting(Trainer model) {
    this.model = model;
  }

  History run(Steps steps, Object x, @Nullable Object y, Fit options) {
    if (!underWay.compareAndSet(false, true)) {
      throw new IllegalStateException(model.describe()
          + ": fit is running on this model already; a model is fitted by one thread at a time");
    }
    FitLoop running = new FitLoop(model, steps, options);
    try {
      loop = running;
      return Together.call("fit", model, () -> running.run(x, y));
    } finally {
      loop = null;
      resumption = null;
      underWay.set(false);
    }
  }

  void requireNone(String what) {
    if (underWay.get()) {
      throw new IllegalStateException(
          model.describe() + ": " + what + " while the model is being fitted by another call");
    }
  }

  void stop(boolean value) {
    this.stop = value;
  }

  boolean isStopped() {
    return stop;
  }

  void startWith(int epoch) {
    this.initialEpoch = epoch;
  }

  /** The epoch that a callback wants fit to start with; forgotten afterwards. */
  @Nullable
  Integer takeInitialEpoch() {
    Integer e = initialEpoch;
    initialEpoch = null;
    return e;
  }

  Map<String, Object> state() {
    FitLoop l = loop;
    if (l == null) {
      throw new IllegalStateException(
          model.describe() + ": saveTraining is for callbacks, while fit is in progress");
    }
    return l.state();
  }

  void resumeFrom(Map<String, Object> state, Supplier<Map<String, Object>> again) {
    if (loop == null) {
      throw new IllegalStateException(
          model.describe() + ": resumeTraining is for callbacks, while fit begins");
    }
    this.resumption = new Resumption(state, again);
  }

  /** What a callback wants fit to go on from; forgotten afterwards. */
  @Nullable
  Resumption takeResumption() {
    Resumption r = resumption;
    resumption = null;
    return r;
  }
}
