package org.keras4j.saving;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.keras4j.core.Keras;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.spi.ServingFunction;
import org.keras4j.layers.CallArgs;
import org.keras4j.models.Model;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.passes.Passes;

/** The inference function of a model, traced for the specs it is asked for. */
final class TracedServing implements ServingFunction {
  private final Model model;
  private final Object nested;
  private final List<TensorSpec> inputs;
  private final List<Weight> weights;
  private final Object outputStructure;
  private final int outputCount;
  private final List<Tensor> sources;

  /**
   * Traces the model once, to see what it reads.
   *
   * @throws IllegalStateException if the model does not know its inputs
   */
  TracedServing(Model model) {
    this.model = model;
    Object specs = model.inputSpecs();
    if (specs == null) {
      throw new IllegalStateException("Model '" + model.name()
          + "' cannot be exported before its inputs are known: give it an Input, or build it");
    }
    this.nested = specs;
    this.inputs = new ArrayList<>();
    for (Object leaf : Nest.flatten(nested)) {
      inputs.add((TensorSpec) leaf);
    }
    this.weights = new ArrayList<>();
    this.sources = new ArrayList<>();
    try (Trace t = Trace.root()) {
      Object outputs = run(t, inputs);
      this.outputStructure = positions(outputs);
      this.outputCount = Nest.tensors(outputs).size();
      Set<String> names = new HashSet<>();
      for (Variable v : t.variables()) {
        add(names, v.path(), v.eager(), v.isTrainable());
      }
      for (Tensor c : t.captures()) {
        add(names, "constant", c, false);
      }
    }
  }

  private void add(Set<String> names, String path, Tensor source, boolean trainable) {
    String unique = path;
    for (int i = 1; !names.add(unique); i++) {
      unique = path + "_" + i;
    }
    weights.add(new Weight(unique, source.toNDArray(), trainable));
    sources.add(source);
  }

  private static Object positions(Object structure) {
    int[] next = {0};
    return Objects.requireNonNull(Nest.map(structure, x -> next[0]++));
  }

  private Object run(Trace t, List<TensorSpec> specs) {
    List<Tensor> in = t.inputs(specs);
    int[] next = {0};
    Object arguments = Objects.requireNonNull(Nest.map(nested, x -> in.get(next[0]++)));
    return model.invokeNested(arguments, CallArgs.training(false));
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public List<String> inputNames() {
    return names(model.inputNames(), "input", inputs.size());
  }

  private static List<String> names(List<String> known, String otherwise, int n) {
    if (known.size() == n) {
      return known;
    }
    List<String> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(otherwise + "_" + i);
    }
    return out;
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public Object inputStructure() {
    return positions(nested);
  }

  @Override
  public Object outputStructure() {
    return outputStructure;
  }

  @Override
  public List<String> outputNames() {
    return names(model.outputNames(), "output", outputCount);
  }

  @Override
  public List<Weight> weights() {
    return List.copyOf(weights);
  }

  @Override
  public Graph graph(List<TensorSpec> specs) {
    try (Trace t = Trace.root()) {
      return graph(t, specs);
    }
  }

  @Override
  public Graph graph(List<TensorSpec> specs, Claims claims) {
    try (Trace t = Trace.root(claims)) {
      return Passes.run(graph(t, specs), (c, in) -> Keras.claims() && claims.has(c, in));
    }
  }

  private Graph graph(Trace t, List<TensorSpec> specs) {
    Graph g = t.graph(Nest.tensors(run(t, specs)));
    // inputs come in the order of their first use: put the weights in the order they are listed
    GraphBuilder b = new GraphBuilder();
    Value[] arguments = new Value[g.inputs().size()];
    for (int i = 0; i < specs.size(); i++) {
      arguments[i] = b.input(specs.get(i));
    }
    List<Variable> variables = t.variables();
    List<Value> variableInputs = t.variableInputs();
    List<Value> captureInputs = t.captureInputs();
    for (int i = 0; i < weights.size(); i++) {
      Value mine = b.input(weights.get(i).value().spec());
      for (int k = 0; k < variables.size(); k++) {
        if (variables.get(k).eager() == sources.get(i)) {
          arguments[variableInputs.get(k).index()] = mine;
        }
      }
      for (int k = 0; k < captureInputs.size(); k++) {
        if (t.captures().get(k) == sources.get(i)) {
          arguments[captureInputs.get(k).index()] = mine;
        }
      }
    }
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] == null) {
        throw new IllegalStateException("Model '" + model.name()
            + "' reads other weights for inputs " + specs + " than for " + inputs);
      }
    }
    return b.build(b.inline(g, List.of(arguments)));
  }
}
