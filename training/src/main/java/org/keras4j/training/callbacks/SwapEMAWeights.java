package org.keras4j.training.callbacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Variable;
import org.keras4j.training.optimizers.LossScaleOptimizer;
import org.keras4j.training.optimizers.MultiOptimizer;
import org.keras4j.training.optimizers.Optimizer;

/**
 * Evaluates, predicts and, if wanted, saves with the moving averages of the weights, which the optimizer keeps with
 * {@code useEma} ({@code keras.callbacks.SwapEMAWeights}). It stands before callbacks that save.
 *
 * <pre>{@code
 * model.compile(new Adam().useEma(true), "mse");
 * model.fit(x, y, Fit.epochs(3).callbacks(new SwapEMAWeights().swapOnEpoch(true), new ModelCheckpoint("best.keras")));
 * }</pre>
 */
public final class SwapEMAWeights extends FluentCallback<SwapEMAWeights> {
  private boolean swapOnEpoch;
  private boolean swapped;

  /**
   * Whether the averages are in place at the end of an epoch, for callbacks that save.
   *
   * @param value false by default
   * @return this callback
   */
  public SwapEMAWeights swapOnEpoch(boolean value) {
    return set("swapOnEpoch", () -> this.swapOnEpoch = value);
  }

  private List<Optimizer> optimizers() {
    Optimizer o = model().optimizer();
    if (o instanceof LossScaleOptimizer scaled) {
      o = scaled.innerOptimizer();
    }
    List<Optimizer> averaging = new ArrayList<>();
    for (Optimizer each : o instanceof MultiOptimizer m
        ? m.optimizers()
        : o == null ? List.<Optimizer>of() : List.of(o)) {
      if (!each.averages().isEmpty()) {
        averaging.add(each);
      }
    }
    if (averaging.isEmpty()) {
      throw new IllegalStateException(
          "SwapEMAWeights: needs an optimizer with useEma that was built, got " + o);
    }
    return averaging;
  }

  private void swap() {
    for (Optimizer o : optimizers()) {
      for (int i = 0; i < o.trainableVariables().size(); i++) {
        Variable average = o.averages().get(i);
        if (average != null) {
          Variable v = o.trainableVariables().get(i);
          EagerTensor kept = v.eager();
          v.store(average.eager());
          average.store(kept);
        }
      }
    }
    swapped = !swapped;
  }

  @Override
  public Map<String, Object> state() {
    return Map.of("swapped", swapped);
  }

  @Override
  public void restore(Map<String, Object> state) {
    swapped = Boolean.TRUE.equals(state.get("swapped"));
  }

  private void take() {
    if (!swapped) {
      swap();
    }
  }

  private void giveBack() {
    if (swapped) {
      swap();
    }
  }

  @Override
  public void onEpochBegin(int epoch, Logs logs) {
    if (swapOnEpoch) {
      giveBack();
    }
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    if (swapOnEpoch && !swapped) {
      swap();
      if (params().get("epochs") instanceof Number n && epoch == n.intValue() - 1) {
        for (Optimizer o : optimizers()) {
          // so that the end of training, which sets the weights to the averages, keeps them
          o.resetAverages();
        }
      }
    }
  }

  @Override
  public void onTestBegin(Logs logs) {
    take();
  }

  @Override
  public void onTestEnd(Logs logs) {
    giveBack();
  }

  @Override
  public void onPredictBegin(Logs logs) {
    take();
  }

  @Override
  public void onPredictEnd(Logs logs) {
    giveBack();
  }
}
