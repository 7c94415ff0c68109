package org.keras4j.backend.tensorflow;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.tensorflow.lowering.GraphTarget;
import org.keras4j.backend.tensorflow.lowering.TensorFlowLowering;
import org.keras4j.backend.tensorflow.lowering.Term;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.GraphFunction;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendException;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * Puts functions of ours, layers among them, into graphs that a program builds with TensorFlow-Java. They
 * become ordinary nodes there: TensorFlow's sessions run them, {@link Graph#addGradients} goes through those
 * that it knows the gradients of, and any other node can follow, an optimizer's for instance.
 */
public final class TensorFlowGraphs {
  // what TensorFlow adds to the number of a type for a reference to it
  private static final int REFERENCE = 100;

  private TensorFlowGraphs() {}

  /**
   * Adds what a function computes.
   *
   * @param graph where the nodes go
   * @param function a graph of ours, as a trace gives it, without host calls
   * @param inputs one operand of {@code graph} an input of the function: placeholders, variables, anything
   * @return one output of a node an output of the function
   * @throws IllegalArgumentException if inputs are too few, too many, or of other dtypes or shapes
   * @throws BackendException if TensorFlow does not accept a node
   */
  public static List<Output<?>> add(
      Graph graph, org.keras4j.core.graph.Graph function, List<? extends Operand<?>> inputs) {
    List<TensorSpec> specs = function.inputSpecs();
    if (inputs.size() != specs.size()) {
      throw new IllegalArgumentException(
          "Expected " + specs.size() + " inputs, got " + inputs.size());
    }
    List<Term> arguments = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      arguments.add(argument(graph, i, inputs.get(i), specs.get(i)));
    }
    try (GraphFunction nodes = GraphFunction.within(Engine.get(), handle(graph), "nodes")) {
      GraphTarget target = new GraphTarget(nodes);
      List<Output<?>> out = new ArrayList<>();
      for (Term t : new TensorFlowLowering(target).apply(function, arguments)) {
        GraphFunction.Port p = GraphTarget.port(t);
        String name = tensorflow.TF_OperationName(p.operation()).getString();
        out.add(graph.operationOrThrow(name).output(p.index()));
      }
      return out;
    }
  }

  private static Term argument(Graph graph, int i, Operand<?> operand, TensorSpec spec) {
    Output<?> o = operand.asOutput();
    if (!(o.op() instanceof GraphOperation op) || op.env() != graph) {
      throw new IllegalArgumentException(
          "Expected input " + i + " as a node of this graph, got " + operand);
    }
    TensorSpec stored = TensorFlowLowering.stored(spec);
    boolean shaped =
        o.shape().isUnknown() || Shape.of(o.shape().asArray()).isCompatible(stored.shape());
    int code = o.dataType().getNumber() % REFERENCE; // variables give references
    if (code != NativeType.code(stored.dtype()) || !shaped) {
      throw new IllegalArgumentException(
          "Expected input " + i + " as " + spec + ", got " + o.dataType() + " " + o.shape());
    }
    return GraphTarget.existing(
        new GraphFunction.Port(op.getUnsafeNativeHandle(), o.index()), stored);
  }

  // TensorFlow-Java opens its graphs to nobody
  private static TF_Graph handle(Graph graph) {
    try {
      Field f = Graph.class.getDeclaredField("nativeHandle");
      f.setAccessible(true);
      return (TF_Graph) f.get(graph);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new BackendException(
          "This version of TensorFlow-Java does not let nodes into its graphs", e);
    }
  }
}
