package org.keras4j.core.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Primitive;

/** Builds a {@link Graph} node by node; every node passes its shape rule. */
public final class GraphBuilder {
  private final List<Value> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();

  /** A further input. */
  public Value input(TensorSpec spec) {
    Value v = new Value(spec, null, inputs.size());
    inputs.add(v);
    return v;
  }

  public int inputCount() {
    return inputs.size();
  }

  public int nodeCount() {
    return nodes.size();
  }

  /** Applies a primitive. */
  public List<Value> add(Primitive p, List<Value> in) {
    List<TensorSpec> specs = new ArrayList<>(in.size());
    for (Value v : in) {
      specs.add(v.spec());
    }
    return add(p, in, p.infer(specs));
  }

  /** Applies a primitive whose results' specs are known already. */
  public List<Value> add(Primitive p, List<Value> in, List<TensorSpec> out) {
    Node n = new Node(p, in, out);
    nodes.add(n);
    return n.outputs();
  }

  /** Applies a primitive of one result. */
  public Value add1(Primitive p, Value... in) {
    return add(p, List.of(in)).get(0);
  }

  /**
   * Copies a graph's nodes in place of a call; returns what stands for its outputs.
   *
   * @param arguments values of this builder for the graph's inputs
   */
  public List<Value> inline(Graph g, List<Value> arguments) {
    Map<Value, Value> map = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      map.put(g.inputs().get(i), arguments.get(i));
    }
    for (Node n : g.nodes()) {
      List<Value> out = add(n.primitive(), mapped(map, n.inputs()));
      for (int i = 0; i < out.size(); i++) {
        map.put(n.outputs().get(i), out.get(i));
      }
    }
    return mapped(map, g.outputs());
  }

  private static List<Value> mapped(Map<Value, Value> map, Collection<Value> values) {
    List<Value> out = new ArrayList<>(values.size());
    for (Value v : values) {
      out.add(map.get(v));
    }
    return out;
  }

  public Graph build(List<Value> outputs) {
    return new Graph(inputs, nodes, outputs);
  }
}
