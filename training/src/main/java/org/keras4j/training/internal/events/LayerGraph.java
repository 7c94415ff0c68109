package org.keras4j.training.internal.events;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.internal.io.ProtoWriter;
import org.keras4j.layers.Layer;

/** The calls of layers and functions between a model's inputs and outputs, as a {@code tensorflow.GraphDef}. */
public final class LayerGraph {
  private final Set<KerasTensor> ends = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<OperationNode, String> names = new IdentityHashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final ProtoWriter graph = new ProtoWriter();

  private LayerGraph() {}

  /** The graph: a node for each call, named after what is called, {@code name_1} for its second call. */
  public static ProtoWriter of(List<KerasTensor> inputs, List<KerasTensor> outputs) {
    LayerGraph g = new LayerGraph();
    g.ends.addAll(inputs);
    outputs.forEach(g::visit);
    return g.graph.message(4, new ProtoWriter().integer(1, 22));
  }

  private String visit(KerasTensor t) {
    OperationNode node = t.node();
    if (node == null) {
      return t.name();
    }
    String known = names.get(node);
    if (known == null) {
      boolean first = ends.contains(t);
      List<String> from =
          first ? List.of() : node.inputs().stream().map(this::visit).toList();
      Operation op = node.operation();
      int use = uses.merge(op.name(), 1, Integer::sum) - 1;
      known = use == 0 ? op.name() : op.name() + "_" + use;
      names.put(node, known);
      ProtoWriter n = new ProtoWriter().string(1, known).string(2, kind(op));
      from.stream().distinct().forEach(name -> n.string(3, name));
      graph.message(1, n.message(5, shapes(node)));
    }
    return known;
  }

  private static String kind(Operation op) {
    return op instanceof Layer l ? l.className() : op.name();
  }

  // an entry of the map of attributes, which TensorBoard writes at the edges
  private static ProtoWriter shapes(OperationNode node) {
    ProtoWriter list = new ProtoWriter();
    for (KerasTensor t : node.outputs()) {
      ProtoWriter shape = new ProtoWriter();
      for (long d : t.shape().toArray()) {
        shape.message(2, new ProtoWriter().integer(1, d));
      }
      list.message(7, shape);
    }
    return new ProtoWriter()
        .string(1, "_output_shapes")
        .message(2, new ProtoWriter().message(1, list));
  }
}
