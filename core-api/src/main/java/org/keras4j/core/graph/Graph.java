package org.keras4j.core.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.TensorSpec;

/** A closed function: inputs, nodes in an order in which they can run, and outputs. Immutable. */
public final class Graph {
  private final List<Value> inputs;
  private final List<Node> nodes;
  private final List<Value> outputs;

  Graph(List<Value> inputs, List<Node> nodes, List<Value> outputs) {
    this.inputs = List.copyOf(inputs);
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
  }

  public List<Value> inputs() {
    return inputs;
  }

  public List<Node> nodes() {
    return nodes;
  }

  public List<Value> outputs() {
    return outputs;
  }

  public List<TensorSpec> inputSpecs() {
    return inputs.stream().map(Value::spec).toList();
  }

  public List<TensorSpec> outputSpecs() {
    return outputs.stream().map(Value::spec).toList();
  }

  /** One line a node, for reading. */
  @Override
  public String toString() {
    Map<Value, String> names = new HashMap<>();
    StringBuilder b = new StringBuilder("graph(");
    for (Value v : inputs) {
      b.append(names.size() == 0 ? "" : ", ")
          .append(name(names, v))
          .append(": ")
          .append(v.spec());
    }
    b.append(")\n");
    for (Node n : nodes) {
      b.append("  ");
      n.outputs()
          .forEach(v -> b.append(name(names, v)).append(": ").append(v.spec()).append(' '));
      b.append("= ").append(n.primitive()).append(' ');
      n.inputs().forEach(v -> b.append(name(names, v)).append(' '));
      b.append('\n');
    }
    b.append("  return");
    outputs.forEach(v -> b.append(' ').append(name(names, v)));
    return b.append('\n').toString();
  }

  private static String name(Map<Value, String> names, Value v) {
    return names.computeIfAbsent(v, k -> "v" + names.size());
  }
}
