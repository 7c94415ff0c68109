package org.keras4j.core.spi;

import java.util.List;
import java.util.Map;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;

/** A model's inference as a pure function of its inputs and weights, to be written by a {@link GraphFormat}. */
public interface ServingFunction {
  /** The model's name. */
  String name();

  /** The names of the inputs, in order. */
  List<String> inputNames();

  /** What the inputs are; unknown dimensions may be given any size. */
  List<TensorSpec> inputs();

  /** How the model nests its inputs: in lists and maps the positions of {@link #inputs}. */
  Object inputStructure();

  /**
   * The arguments by which it is called, by name and in order: of each, how it nests its inputs, as {@link #inputStructure}. One
   * argument with all inputs, unless overridden.
   */
  default Map<String, Object> arguments() {
    return Map.of("args_0", inputStructure());
  }

  /** How the model nests its outputs: in lists and maps their positions. */
  Object outputStructure();

  /** The names of the outputs, in order. */
  List<String> outputNames();

  /** The weights that the function reads. */
  List<Weight> weights();

  /**
   * Which of {@link #weights} a call assigns, by their positions; none unless overridden. Formats that know no state get functions
   * without.
   */
  default List<Integer> assigned() {
    return List.of();
  }

  /**
   * The graph for inputs of the given specs, which may bind unknown dimensions of {@link #inputs}. Its
   * inputs are the model's, then the weights; its outputs the model's, then the new values of {@link #assigned}.
   */
  Graph graph(List<TensorSpec> inputs);

  /**
   * The same, simplified, with the composites that a format has forms of its own for; the others are replaced by
   * their bodies.
   */
  Graph graph(List<TensorSpec> inputs, Claims claims);

  /** The composites that a format has forms of its own for. */
  @FunctionalInterface
  interface Claims {
    /** Whether a composite is one of them, for inputs of these specs. */
    boolean has(Composite composite, List<TensorSpec> inputs);
  }

  /**
   * A weight.
   *
   * @param path its path in the model, unique
   * @param value its value
   * @param trainable whether training changes it
   */
  record Weight(String path, NDArray value, boolean trainable) {}
}
