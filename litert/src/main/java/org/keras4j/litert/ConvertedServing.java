package org.keras4j.litert;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.ServingFunction;

/**
 * A function as the converter is to get it: with the composites that TensorFlow has operators for, weights as literals, and quantized
 * if asked for.
 */
final class ConvertedServing implements ServingFunction {
  private final ServingFunction function;
  private final Backend tensorflow;
  private final @Nullable Iterable<List<NDArray>> examples;

  ConvertedServing(
      ServingFunction function, Backend tensorflow, @Nullable Iterable<List<NDArray>> examples) {
    this.function = function;
    this.tensorflow = tensorflow;
    this.examples = examples;
  }

  @Override
  public String name() {
    return function.name();
  }

  @Override
  public List<String> inputNames() {
    return function.inputNames();
  }

  @Override
  public List<TensorSpec> inputs() {
    return function.inputs();
  }

  @Override
  public Object inputStructure() {
    return function.inputStructure();
  }

  @Override
  public Object outputStructure() {
    return function.outputStructure();
  }

  @Override
  public List<String> outputNames() {
    return function.outputNames();
  }

  /** None: the converter does not find the values of variables within loops. */
  @Override
  public List<Weight> weights() {
    return List.of();
  }

  @Override
  public Graph graph(List<TensorSpec> inputs) {
    return graph(inputs, tensorflow::claims);
  }

  @Override
  public Graph graph(List<TensorSpec> inputs, Claims claims) {
    Graph g = function.graph(inputs, claims);
    if (examples != null) {
      Calibration c = new Calibration(g, inputs.size());
      g = c.quantized(c.limits(tensorflow, function.inputs(), function.weights(), examples));
    }
    GraphBuilder b = new GraphBuilder();
    List<Value> arguments = new ArrayList<>();
    inputs.forEach(s -> arguments.add(b.input(s)));
    for (Weight w : function.weights()) {
      arguments.add(b.add1(new ArrayConstant(w.value())));
    }
    return b.build(b.inline(g, arguments));
  }
}
