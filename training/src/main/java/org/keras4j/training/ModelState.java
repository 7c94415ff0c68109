package org.keras4j.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.keras4j.core.NDArray;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.compile.Jit;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.optimizers.Optimizer;

/** All variables of a model, by what they are for, and functions of their values that change none of them. */
final class ModelState {
  private final Trainer model;

  ModelState(Trainer model) {
    this.model = model;
  }

  /** The variables by Keras's name of their kind, in Keras's order. */
  Map<String, List<Variable>> byKind() {
    Optimizer optimizer = model.optimizer();
    Map<String, List<Variable>> out = new LinkedHashMap<>();
    out.put("trainable_variables", model.trainableVariables());
    out.put("non_trainable_variables", model.nonTrainableVariables());
    out.put("optimizer_variables", optimizer == null ? List.of() : optimizer.variables());
    out.put("metrics_variables", model.metricVariables());
    return out;
  }

  // ---- as a tree

  Map<String, Object> tree() {
    Map<String, Object> out = new LinkedHashMap<>();
    byKind().forEach((kind, variables) -> out.put(kind, StateTree.of(model.describe(), variables)));
    return out;
  }

  /** Assigns a tree or parts of one; nothing unless all fits. */
  void assign(Map<String, ?> tree) {
    Map<String, List<Variable>> states = byKind();
    Map<Variable, NDArray> found = new LinkedHashMap<>();
    tree.forEach((kind, part) -> {
      List<Variable> variables = states.get(kind);
      if (variables == null || !(part instanceof Map<?, ?> m)) {
        throw new IllegalArgumentException(model.describe() + ": a state tree has maps under "
            + states.keySet() + ", got '" + kind + "'");
      }
      StateTree.collect(model.describe(), m, variables, found);
    });
    StateTree.assign(found);
  }

  // ---- as arguments

  /**
   * Runs a function in which variables have other values, and what it assigns goes to the scope.
   *
   * @param values one for each of the variables
   */
  static <R> R with(
      List<Variable> variables,
      List<? extends Tensor> values,
      Function<StatelessScope, R> function) {
    Map<Variable, Tensor> given = new LinkedHashMap<>();
    for (int i = 0; i < variables.size(); i++) {
      given.put(variables.get(i), values.get(i));
    }
    try (StatelessScope scope = new StatelessScope(given)) {
      return function.apply(scope);
    }
  }

  /**
   * A step as a function of the values of variables.
   *
   * @return its logs, and the values that the variables have after it
   */
  static Jit.Step step(
      List<Variable> variables, List<? extends Tensor> values, Supplier<Map<String, ?>> step) {
    return with(variables, values, scope -> {
      Map<String, ?> logs = step.get();
      return new Jit.Step(variables.stream().map(scope::value).toList(), logs);
    });
  }

  /** The values of variables where those of metrics are at their start; the model keeps its own. */
  List<Tensor> withFreshMetrics(List<Variable> variables) {
    return with(List.of(), List.of(), scope -> {
      model.metrics().forEach(Metric::resetState);
      return variables.stream().map(scope::value).toList();
    });
  }

  Trainer.StatelessLoss loss(
      List<? extends Tensor> trainable,
      List<? extends Tensor> nonTrainable,
      List<? extends Tensor> metricsState,
      Function<StatelessScope, Tensor> computed) {
    List<Variable> variables = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    add(variables, values, model.trainableVariables(), trainable, "trainable");
    add(variables, values, model.nonTrainableVariables(), nonTrainable, "non-trainable");
    add(variables, values, model.metricVariables(), metricsState, "metrics'");
    return with(variables, values, scope -> {
      Tensor out = computed.apply(scope);
      return new Trainer.StatelessLoss(
          out,
          model.trainableVariables().stream().map(scope::value).toList(),
          model.nonTrainableVariables().stream().map(scope::value).toList(),
          model.metricVariables().stream().map(scope::value).toList());
    });
  }

  private void add(
      List<Variable> variables,
      List<Tensor> values,
      List<Variable> of,
      List<? extends Tensor> given,
      String kind) {
    if (of.size() != given.size()) {
      throw new IllegalArgumentException(model.describe() + ": has " + of.size() + " " + kind
          + " variables, got values for " + given.size());
    }
    variables.addAll(of);
    values.addAll(given);
  }
}
