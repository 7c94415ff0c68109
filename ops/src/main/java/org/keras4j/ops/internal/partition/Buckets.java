package org.keras4j.ops.internal.partition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.HostCall;

/**
 * Makes one exchange of all that wait for the same ones before them: the gradients of a model without batch statistics
 * become one, between the program that computes them and the one that updates.
 */
final class Buckets {
  private Buckets() {}

  static Graph merged(Graph g, Split split) {
    Map<Value, Integer> level = new HashMap<>();
    List<List<Node>> nodes = new ArrayList<>();
    List<List<Node>> exchanges = new ArrayList<>();
    for (Node n : g.nodes()) {
      boolean exchange = isExchange(n);
      int at = exchange ? 1 : 0;
      for (Value v : n.inputs()) {
        at = Math.max(at, level.getOrDefault(v, 0) + (exchange ? 1 : 0));
      }
      for (Value v : n.outputs()) {
        level.put(v, at);
      }
      while (nodes.size() <= at) {
        nodes.add(new ArrayList<>());
        exchanges.add(new ArrayList<>());
      }
      (exchange ? exchanges : nodes).get(at).add(n);
    }
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    g.inputs().forEach(v -> map.put(v, b.input(v.spec())));
    for (int i = 0; i < nodes.size(); i++) {
      if (!exchanges.get(i).isEmpty()) {
        exchange(b, map, exchanges.get(i), split);
      }
      for (Node n : nodes.get(i)) {
        List<Value> in = n.inputs().stream().map(map::get).toList();
        put(map, n.outputs(), b.add(n.primitive(), in, n.outputSpecs()));
      }
    }
    return b.build(g.outputs().stream().map(map::get).toList());
  }

  private static boolean isExchange(Node n) {
    return n.primitive() instanceof HostCall h && h.body() instanceof Exchange;
  }

  private static void exchange(
      GraphBuilder b, Map<Value, Value> map, List<Node> nodes, Split split) {
    List<Exchange.Item> items = new ArrayList<>();
    List<Value> in = new ArrayList<>();
    List<Value> out = new ArrayList<>();
    for (Node n : nodes) {
      items.addAll(((Exchange) ((HostCall) n.primitive()).body()).items());
      n.inputs().forEach(v -> in.add(map.get(v)));
      out.addAll(n.outputs());
    }
    put(map, out, b.add(Exchange.call(split, items), in));
  }

  private static void put(Map<Value, Value> map, List<Value> old, List<Value> made) {
    for (int i = 0; i < made.size(); i++) {
      map.put(old.get(i), made.get(i));
    }
  }
}
