package org.keras4j.backend.tensorflow.savedmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.keras4j.backend.tensorflow.lowering.GraphTarget;
import org.keras4j.backend.tensorflow.lowering.TensorFlowLowering;
import org.keras4j.backend.tensorflow.lowering.Term;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.GraphFunction;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.ServingFunction;

/** One function of a SavedModel: of inputs and variables, and the wrappers of it that are its signatures. */
final class Endpoint {
  final String name;
  final ServingFunction function;
  final List<String> inputs = new ArrayList<>();
  /** What it gives, without new values of variables. */
  final List<TensorSpec> outputs;
  /** Where its variables stand among all of the file. */
  final List<Integer> variables;
  /** The name of the function itself. */
  final String main;
  /** The names of the signatures' functions. */
  final Map<String, String> signatures = new TreeMap<>();

  /**
   * Makes the functions.
   *
   * @param signatureNames under which it is a signature
   * @param registered receives the names of all functions that it made
   */
  Endpoint(
      String name,
      ServingFunction f,
      List<Integer> variables,
      List<String> signatureNames,
      Engine engine,
      List<String> registered) {
    this.name = name;
    this.function = f;
    this.variables = variables;
    for (String input : f.inputNames()) {
      inputs.add(input.replaceAll("[^A-Za-z0-9_]", "_"));
    }
    var g = f.graph(f.inputs());
    int results = g.outputs().size() - f.assigned().size();
    this.outputs = g.outputSpecs().subList(0, results);
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "Endpoint '" + name + "' of a SavedModel must give a tensor, got none");
    }
    GraphFunction fn = new GraphFunction(engine, name);
    GraphTarget target = new GraphTarget(fn, true);
    List<Term> arguments = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      TensorSpec s = TensorFlowLowering.stored(f.inputs().get(i));
      arguments.add(target.parameter(inputs.get(i), s));
    }
    for (int i = 0; i < f.weights().size(); i++) {
      TensorSpec s = TensorFlowLowering.stored(f.weights().get(i).value().spec());
      arguments.add(target.variable("variable_" + i, s));
    }
    List<Term> given = new TensorFlowLowering(target).apply(g, arguments);
    target.results(given.subList(0, results));
    for (int i = 0; i < f.assigned().size(); i++) {
      Term variable = arguments.get(inputs.size() + f.assigned().get(i));
      target.assign(variable, given.get(results + i));
    }
    this.main = fn.finish();
    try {
      for (String s : signatureNames) {
        signatures.put(s, wrap(fn.nested("signature_" + s)));
      }
    } finally {
      registered.addAll(fn.registered());
    }
  }

  /** The inputs' positions in the order of their names, in which signatures take them. */
  List<Integer> sortedInputs() {
    return sorted(inputs);
  }

  /** An output's name in signatures, as Keras has them: its key if the model gives a map, else its number. */
  String outputName(int i) {
    if (function.outputStructure() instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> e : map.entrySet()) {
        if (e.getValue().equals(i)) {
          return String.valueOf(e.getKey());
        }
      }
    }
    return "output_" + i;
  }

  List<Integer> sortedOutputs() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      names.add(outputName(i));
    }
    return sorted(names);
  }

  private static List<Integer> sorted(List<String> names) {
    TreeMap<String, Integer> at = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      at.put(names.get(i), i);
    }
    return List.copyOf(at.values());
  }

  /** A function that takes and gives in the order of the names, and calls the main one. */
  private String wrap(GraphFunction wrapper) {
    GraphFunction.Port[] arguments = new GraphFunction.Port[inputs.size()];
    for (int i : sortedInputs()) {
      TensorSpec s = TensorFlowLowering.stored(function.inputs().get(i));
      arguments[i] = wrapper.parameter(inputs.get(i), NativeType.code(s.dtype()), s.shape());
    }
    List<GraphFunction.Port> all = new ArrayList<>(List.of(arguments));
    for (int i = 0; i < function.weights().size(); i++) {
      all.add(wrapper.parameter("variable_" + i, NativeType.RESOURCE, Shape.SCALAR));
    }
    int[] types = new int[outputs.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = NativeType.code(outputs.get(i).dtype());
    }
    OpCall call = new OpCall("StatefulPartitionedCall").function("f", main).types("Tout", types);
    List<GraphFunction.Port> results = wrapper.add(call, List.of(all), types.length);
    sortedOutputs().forEach(i -> wrapper.result(results.get(i)));
    return wrapper.finish();
  }
}
