package org.keras4j.training.callbacks;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows progress, losses and metrics on the standard output ({@code keras.callbacks.ProgbarLogger}). {@code fit},
 * {@code evaluate} and {@code predict} add one, unless {@code verbose} is 0.
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new ProgbarLogger()));
 * }</pre>
 */
public class ProgbarLogger extends Callback {
  private int verbose = 1;
  private int epochs = 1;
  private @Nullable Integer target;
  private int seen;
  private @Nullable Progbar progbar;
  private boolean fitting;

  /** Whether rank 0 alone has it: it does. */
  @Override
  public boolean isForChief() {
    return true;
  }

  @Override
  public void setParams(Map<String, Object> params) {
    super.setParams(params);
    this.verbose = params.get("verbose") instanceof Number n ? n.intValue() : 1;
    this.epochs = params.get("epochs") instanceof Number n ? n.intValue() : 1;
    this.target = params.get("steps") instanceof Number n ? (Integer) n.intValue() : null;
  }

  @Override
  public void onTrainBegin(Logs logs) {
    fitting = true;
  }

  @Override
  public void onTestBegin(Logs logs) {
    if (!fitting) {
      start();
    }
  }

  @Override
  public void onPredictBegin(Logs logs) {
    start();
  }

  @Override
  public void onEpochBegin(int epoch, Logs logs) {
    start();
    if (verbose > 0 && epochs > 1) {
      Console.line("Epoch " + (epoch + 1) + "/" + epochs);
    }
  }

  private Progbar start() {
    seen = 0;
    Progbar p = new Progbar(target).verbose(verbose).statelessMetrics(Set.of());
    progbar = p;
    return p;
  }

  @Override
  public void onTrainBatchEnd(int batch, Logs logs) {
    step(batch, logs);
  }

  @Override
  public void onTestBatchEnd(int batch, Logs logs) {
    if (!fitting) {
      step(batch, logs);
    }
  }

  @Override
  public void onPredictBatchEnd(int batch, Logs logs) {
    step(batch, new Logs());
  }

  private void step(int batch, Logs logs) {
    Progbar p = progbar != null ? progbar : start();
    seen = batch + 1;
    if (verbose == 1) {
      p.update(seen, logs, false);
    }
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    end(logs);
  }

  @Override
  public void onTestEnd(Logs logs) {
    if (!fitting) {
      end(logs);
    }
  }

  @Override
  public void onPredictEnd(Logs logs) {
    end(logs);
  }

  private void end(Logs logs) {
    Progbar p = progbar != null ? progbar : start();
    int t = target == null ? seen : target;
    target = t;
    p.setTarget(t);
    p.update(t, logs, true);
  }

  /** False: a bar moves on by several batches as well; true for subclasses. */
  @Override
  public boolean looksAtBatches() {
    return getClass() != ProgbarLogger.class;
  }
}
