package org.keras4j.ops.internal.autodiff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;

/** Parts cut out of a graph. */
public final class Subgraph {
  private Subgraph() {}

  /** The part that computes {@code outputs} from {@code inputs}. */
  public static Graph of(List<Value> inputs, List<Value> outputs) {
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    for (Value v : inputs) {
      map.put(v, b.input(v.spec()));
    }
    return b.build(copy(b, map, outputs));
  }

  /**
   * Copies what computes {@code outputs} into a builder.
   *
   * @param map what stands there already; receives what is copied
   */
  static List<Value> copy(GraphBuilder b, Map<Value, Value> map, List<Value> outputs) {
    Deque<Value> open = new ArrayDeque<>();
    for (Value v : outputs) {
      open.push(v);
      while (!open.isEmpty()) {
        Value top = open.peek();
        if (map.containsKey(top)) {
          open.pop();
          continue;
        }
        Node n = top.producer();
        if (n == null) {
          throw new IllegalStateException("A part of a graph needs an input " + top.spec());
        }
        boolean ready = true;
        for (Value in : n.inputs()) {
          if (!map.containsKey(in)) {
            open.push(in);
            ready = false;
          }
        }
        if (ready) {
          List<Value> in = new ArrayList<>(n.inputs().size());
          n.inputs().forEach(i -> in.add(map.get(i)));
          List<Value> out = b.add(n.primitive(), in, n.outputSpecs());
          for (int i = 0; i < out.size(); i++) {
            map.put(n.outputs().get(i), out.get(i));
          }
          open.pop();
        }
      }
    }
    List<Value> result = new ArrayList<>(outputs.size());
    outputs.forEach(v -> result.add(map.get(v)));
    return result;
  }
}
