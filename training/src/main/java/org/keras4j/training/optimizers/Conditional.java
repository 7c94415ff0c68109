package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Trace;

/** Chooses between two ways of changing variables. */
final class Conditional {
  private Conditional() {}

  /**
   * Runs one of two actions. While tracing, both are traced and each variable takes one of its two new
   * values: a branch could not assign variables.
   *
   * @param predicate a bool scalar
   * @param state all variables that the actions may assign
   */
  static void run(Tensor predicate, List<Variable> state, Runnable yes, Runnable no) {
    if (Trace.current() == null && predicate instanceof EagerTensor) {
      (predicate.item() != 0 ? yes : no).run();
      return;
    }
    List<Tensor> a = values(state, yes);
    List<Tensor> b = values(state, no);
    for (int i = 0; i < state.size(); i++) {
      if (a.get(i) != b.get(i)) {
        state.get(i).assign(Ops.where(predicate, a.get(i), b.get(i)));
      }
    }
  }

  private static List<Tensor> values(List<Variable> state, Runnable action) {
    try (StatelessScope s = new StatelessScope(Map.of())) {
      action.run();
      List<Tensor> out = new ArrayList<>();
      state.forEach(v -> out.add(s.value(v)));
      return out;
    }
  }
}
