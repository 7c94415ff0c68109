package org.keras4j.training.optimizers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;

/** The moving averages of the variables that an optimizer changes, where it keeps them. */
final class MovingAverages {
  private final Optimizer optimizer;
  private List<@Nullable Variable> averages = List.of();

  MovingAverages(Optimizer optimizer) {
    this.optimizer = optimizer;
  }

  void build(List<Variable> trainable) {
    if (optimizer.useEma) {
      averages = optimizer.addSlots(trainable, "average");
    }
  }

  List<@Nullable Variable> variables() {
    return averages;
  }

  /** Takes in the variables as they are after a step, which they become again if it is time. */
  void update() {
    if (!optimizer.useEma) {
      return;
    }
    List<Variable> of = optimizer.trainableVariables();
    for (int i = 0; i < of.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        Tensor w = of.get(i).value();
        Tensor later = ArrayLike.tensor(Ops.notEqual(optimizer.iterations(), 0), w.dtype());
        Tensor momentum = Ops.multiply(later, optimizer.emaMomentum);
        a.assign(
            Ops.add(Ops.multiply(momentum, a.value()), Ops.multiply(Ops.subtract(1, momentum), w)));
      }
    }
    if (optimizer.emaOverwriteFrequency != null) {
      Conditional.run(
          OptimizerStep.dividesNext(optimizer.iterations(), optimizer.emaOverwriteFrequency),
          of,
          () -> overwrite(of),
          () -> {});
    }
  }

  /** Sets variables to their averages. */
  void overwrite(List<Variable> of) {
    if (!optimizer.useEma) {
      return;
    }
    if (of.size() != averages.size()) {
      throw new IllegalArgumentException(optimizer.label() + ": keeps averages of "
          + averages.size() + " variables, got " + of.size());
    }
    for (int i = 0; i < of.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        of.get(i).assign(Optimizer.copy(a.value()));
      }
    }
  }

  void reset() {
    for (int i = 0; i < averages.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        a.assign(Optimizer.copy(optimizer.trainableVariables().get(i).value()));
      }
    }
  }
}
