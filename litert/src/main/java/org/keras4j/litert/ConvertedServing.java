package org.keras4j.litert;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.ServingFunction;

/**
 * A function as the converter is to get it: with the composites that TensorFlow has operators for, scans step by step, and quantized
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

  @Override
  public List<Weight> weights() {
    return function.weights();
  }

  @Override
  public Graph graph(List<TensorSpec> inputs) {
    return graph(inputs, tensorflow::claims);
  }

  @Override
  public Graph graph(List<TensorSpec> inputs, Claims claims) {
    Graph g = Unrolled.of(function.graph(inputs, claims));
    if (examples == null) {
      return g;
    }
    Calibration c = new Calibration(g, inputs.size());
    return c.quantized(c.limits(tensorflow, function.inputs(), function.weights(), examples));
  }
}
