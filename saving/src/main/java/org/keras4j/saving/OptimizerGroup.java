package org.keras4j.saving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.models.Model;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.training.optimizers.Optimizer;

/**
 * The optimizer's state in a weights file, in {@code optimizer/vars}: its variables in Keras's order, those of an
 * optimizer that was never used being the step counter and the learning rate alone.
 */
final class OptimizerGroup {
  private static final String PATH = "optimizer/vars";

  private final List<H5Dataset> datasets;

  private OptimizerGroup(List<H5Dataset> datasets) {
    this.datasets = datasets;
  }

  /** Of these datasets, in the order of the variables. */
  static OptimizerGroup of(List<H5Dataset> datasets) {
    return new OptimizerGroup(datasets);
  }

  /** The state that a file has, or null. */
  static @Nullable OptimizerGroup find(WeightSource source) throws IOException {
    Map<String, @Nullable H5Dataset> vars = source.vars(PATH);
    if (vars == null) {
      return null;
    }
    List<H5Dataset> datasets = new ArrayList<>();
    for (int i = 0; i < vars.size(); i++) {
      H5Dataset d = vars.get(Integer.toString(i));
      if (d == null) {
        throw new FileFormatException("'" + PATH + "/" + i + "' is missing");
      }
      datasets.add(d);
    }
    return new OptimizerGroup(datasets);
  }

  /**
   * Where the values of a compiled model's optimizer are. One that was not used yet is built if the file's was.
   *
   * @param found where they are put
   * @return null, or why the file's state is not this optimizer's
   */
  @Nullable
  String collect(Model model, Map<Variable, H5Dataset> found) {
    Optimizer o = Objects.requireNonNull(model.optimizer());
    String problem = problem(o.variables());
    if (problem != null && !o.isBuilt()) {
      Optimizer trial = unbuilt(o);
      trial.build(model.trainableVariables());
      problem = problem(trial.variables());
      if (problem == null) {
        o.build(model.trainableVariables());
      }
    }
    if (problem == null) {
      List<Variable> variables = o.variables();
      for (int i = 0; i < variables.size(); i++) {
        found.put(variables.get(i), datasets.get(i));
      }
    }
    return problem;
  }

  private @Nullable String problem(List<Variable> variables) {
    if (variables.size() != datasets.size()) {
      return "it has " + variables.size() + " variables, the file's has " + datasets.size();
    }
    for (int i = 0; i < variables.size(); i++) {
      Shape s = datasets.get(i).shape();
      if (!s.equals(variables.get(i).shape())) {
        return "its variable '" + variables.get(i).path() + "' has shape "
            + variables.get(i).shape() + ", the file's has " + s;
      }
    }
    return null;
  }

  // tried first, so that one whose state is not in the file stays as it was; its variables hold
  // nothing yet
  private static Optimizer unbuilt(Optimizer o) {
    try {
      return Serializer.copy(o);
    } catch (RuntimeException e) {
      return o; // of a class that configs do not know
    }
  }
}
