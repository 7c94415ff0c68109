package org.keras4j.saving;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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

/** A function to be exported, the inference of a model say, traced for the specs it is asked for. */
final class TracedServing implements ServingFunction {
  private final String name;
  private final Signature signature;
  private final Function<List<Object>, @Nullable Object> function;
  private final List<TensorSpec> inputs;
  private final List<Weight> weights;
  // what each weight is the value of: a variable, or a tensor from outside
  private final List<Object> sources;
  private final List<Integer> assigned;
  private final Object outputStructure;
  private final int outputCount;

  /**
   * What a function takes and gives.
   *
   * @param arguments structures of {@link TensorSpec}s by name, in order
   * @param inputNames names of their leaves, or fewer or more if they are not known
   * @param outputNames likewise of the results
   * @param updates whether what it assigns is kept
   */
  record Signature(
      Map<String, Object> arguments,
      List<String> inputNames,
      List<String> outputNames,
      boolean updates) {}

  /**
   * The inference function of a model.
   *
   * @throws IllegalStateException if the model does not know its inputs
   */
  TracedServing(Model model) {
    this(
        model.name(),
        new Signature(
            Map.of("args_0", inputsOf(model)), model.inputNames(), model.outputNames(), false),
        arguments -> model.invokeNested(arguments.get(0), CallArgs.training(false)),
        new TracedWeights(model::pathInside));
  }

  private static Object inputsOf(Model model) {
    Object specs = model.inputSpecs();
    if (specs == null) {
      throw new IllegalStateException("Model '" + model.name()
          + "' cannot be exported before its inputs are known: give it an Input, or build it");
    }
    return specs;
  }

  /**
   * Traces the function once, to see what it reads.
   *
   * @param function gets the arguments, nested as the signature has them
   */
  TracedServing(
      String name,
      Signature signature,
      Function<List<Object>, @Nullable Object> function,
      TracedWeights known) {
    this.name = name;
    this.signature = signature;
    this.function = function;
    this.inputs = new ArrayList<>();
    for (Object argument : signature.arguments.values()) {
      for (Object leaf : Nest.flatten(argument)) {
        inputs.add((TensorSpec) leaf);
      }
    }
    this.weights = new ArrayList<>();
    this.sources = new ArrayList<>();
    this.assigned = new ArrayList<>();
    try (Trace t = Trace.root()) {
      Object outputs = run(t, inputs);
      this.outputStructure = positions(outputs, new int[1]);
      this.outputCount = Nest.tensors(outputs).size();
      for (Variable v : t.variables()) {
        if (signature.updates && t.assigned().containsKey(v)) {
          assigned.add(weights.size());
        }
        weights.add(known.of(v));
        sources.add(v);
      }
      for (Tensor c : t.captures()) {
        weights.add(known.constant(c));
        sources.add(c);
      }
    }
  }

  private static Object positions(Object structure, int... next) {
    return Objects.requireNonNull(Nest.map(structure, x -> next[0]++));
  }

  private Object run(Trace t, List<TensorSpec> specs) {
    List<Tensor> in = t.inputs(specs);
    int[] next = {0};
    List<Object> arguments = new ArrayList<>();
    for (Object a : signature.arguments.values()) {
      arguments.add(Objects.requireNonNull(Nest.map(a, x -> in.get(next[0]++))));
    }
    Object out = function.apply(arguments);
    for (Object leaf : Nest.flatten(out)) {
      if (!(leaf instanceof Tensor)) {
        throw new IllegalArgumentException(
            "'" + name + "' cannot be exported: it gives " + leaf + " where a tensor was expected");
      }
    }
    return Objects.requireNonNull(out);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> inputNames() {
    return names(signature.inputNames, "input", inputs.size());
  }

  // several outputs of one layer all have its name
  private static List<String> distinct(List<String> names) {
    Set<String> taken = new HashSet<>(names);
    Set<String> seen = new HashSet<>();
    List<String> out = new ArrayList<>();
    for (String name : names) {
      String own = name;
      if (!seen.add(name)) {
        for (int i = 1; !taken.add(own); i++) {
          own = name + "_" + i;
        }
      }
      out.add(own);
    }
    return out;
  }

  private static List<String> names(List<String> known, String otherwise, int n) {
    if (known.size() == n) {
      return distinct(known);
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
  public Map<String, Object> arguments() {
    Map<String, Object> out = new LinkedHashMap<>();
    int[] next = {0};
    signature.arguments.forEach((n, a) -> out.put(n, positions(a, next)));
    return out;
  }

  @Override
  public Object inputStructure() {
    List<Object> all = List.copyOf(arguments().values());
    return all.size() == 1 ? all.get(0) : all;
  }

  @Override
  public Object outputStructure() {
    return outputStructure;
  }

  @Override
  public List<String> outputNames() {
    if (signature.outputNames.size() != outputCount
        && outputStructure instanceof Map<?, ?> map
        && map.size() == outputCount) {
      String[] keys = new String[outputCount];
      map.forEach((key, position) -> keys[(Integer) position] = String.valueOf(key));
      return List.of(keys);
    }
    return names(signature.outputNames, "output", outputCount);
  }

  @Override
  public List<Weight> weights() {
    return List.copyOf(weights);
  }

  @Override
  public List<Integer> assigned() {
    return List.copyOf(assigned);
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
    List<Tensor> outputs = new ArrayList<>(Nest.tensors(run(t, specs)));
    for (int a : assigned) {
      Tensor now = t.assigned().get(sources.get(a));
      if (now == null) {
        throw new IllegalStateException("'" + name + "' assigns "
            + weights.get(a).path() + " for inputs " + inputs + ", but not for " + specs);
      }
      outputs.add(now);
    }
    Graph g = t.graph(outputs);
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
        if (variables.get(k) == sources.get(i)) {
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
        throw new IllegalStateException(
            "'" + name + "' reads other weights for inputs " + specs + " than for " + inputs);
      }
    }
    return b.build(b.inline(g, List.of(arguments)));
  }
}
