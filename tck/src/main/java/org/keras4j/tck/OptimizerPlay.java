package org.keras4j.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.training.optimizers.Optimizer;

/** Plays an optimizer: eagerly, compiled, and statelessly. */
final class OptimizerPlay {
  private final Case c;
  private final Agreement agreement = new Agreement(true, 10);
  private final List<String> failures = new ArrayList<>();

  OptimizerPlay(Case c) {
    this.c = c;
  }

  /** How the updates are made. */
  private interface Updates {
    /** Updates variables; afterwards {@code state} holds the optimizer's. */
    List<Tensor> apply(List<@Nullable Tensor> grads);
  }

  List<String> run() {
    String config = Made.difference(c, Made.of(c));
    if (config != null) {
      failures.add(config);
    }
    attempt("eager", () -> {
      Optimizer o = (Optimizer) Made.of(c);
      List<Variable> variables = variables();
      play("eager", o, grads -> {
        o.apply(grads, variables);
        return values(variables);
      });
      compareState("eager", values(o.variables()));
    });
    attempt("compiled", () -> {
      Optimizer o = (Optimizer) Made.of(c);
      List<Variable> variables = variables();
      o.build(variables);
      Jit step = Jit.updating(grads -> {
        List<Tensor> all = new ArrayList<>();
        ((List<?>) grads).forEach(g -> all.add((Tensor) g));
        o.apply(all, variables);
        return null;
      });
      play("compiled", o, grads -> {
        step.call(grads);
        return values(variables);
      });
      compareState("compiled", values(o.variables()));
    });
    attempt("stateless", () -> {
      Optimizer o = (Optimizer) Made.of(c);
      List<Variable> variables = variables();
      o.build(variables);
      List<List<Tensor>> state = new ArrayList<>(List.of(values(variables), values(o.variables())));
      play("stateless", o, grads -> {
        Optimizer.State s = o.statelessApply(state.get(1), grads, state.get(0));
        state.set(0, s.trainableVariables());
        state.set(1, s.optimizerVariables());
        return s.trainableVariables();
      });
      compareState("stateless", state.get(1));
    });
    return failures;
  }

  private void attempt(String mode, Runnable body) {
    try {
      body.run();
    } catch (RuntimeException e) {
      failures.add(mode + ": " + e);
    }
  }

  private List<Variable> variables() {
    List<Variable> out = new ArrayList<>();
    for (Object v : (List<?>) c.expected("variables")) {
      NDArray a = (NDArray) v;
      out.add(new Variable("variable_" + out.size(), a.spec(), true, () -> ArrayLike.tensor(a)));
    }
    return out;
  }

  private static List<Tensor> values(List<Variable> variables) {
    List<Tensor> out = new ArrayList<>();
    variables.forEach(v -> out.add(v.value()));
    return out;
  }

  private void play(String mode, Optimizer o, Updates updates) {
    int number = 0;
    for (Object step : (List<?>) c.expected("steps")) {
      Map<?, ?> m = (Map<?, ?>) step;
      List<@Nullable Tensor> grads = new ArrayList<>();
      for (Object g : (List<?>) m.get("grads")) {
        grads.add(g == null ? null : ArrayLike.tensor(g));
      }
      String d = agreement.difference(updates.apply(grads), m.get("after"));
      if (d != null) {
        failures.add(mode + ": after step " + number + d);
        return;
      }
      number++;
    }
  }

  private void compareState(String mode, List<Tensor> actual) {
    List<?> expected = (List<?>) c.expected("optimizer_variables");
    if (actual.size() != expected.size()) {
      failures.add(
          mode + ": expected " + expected.size() + " optimizer variables, got " + actual.size());
      return;
    }
    for (int i = 0; i < actual.size(); i++) {
      Map<?, ?> e = (Map<?, ?>) expected.get(i);
      String d = agreement.difference(actual.get(i), e.get("value"));
      if (d != null) {
        failures.add(mode + ": optimizer variable " + i + " (" + e.get("path") + ")" + d);
      }
    }
  }
}
