package org.keras4j.ops.internal.passes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.NDArray;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.ServingFunction;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Traced;

/** What is done to a graph before a backend compiles it; results stay the same (see {@link Simplify}). */
public final class Passes {
  private final ServingFunction.Claims claims;

  private Passes(ServingFunction.Claims claims) {
    this.claims = claims;
  }

  /**
   * All of them, in the bodies of branches and loops too: unclaimed composites inlined, what needs no
   * computing simplified, duplicates merged, the unused dropped.
   */
  public static Graph run(Graph g, Backend backend) {
    return run(g, (c, in) -> Engine.claims(backend, c, in));
  }

  /** The same for somebody else than a backend, who has forms of these composites. */
  public static Graph run(Graph g, ServingFunction.Claims claims) {
    return live(new Passes(claims).merged(g));
  }

  private record Key(Primitive primitive, List<Value> inputs) {}

  private Graph merged(Graph g) {
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    for (Value v : g.inputs()) {
      map.put(v, b.input(v.spec()));
    }
    copy(g, map, b, new HashMap<>());
    return b.build(mapped(map, g.outputs()));
  }

  private static List<Value> mapped(Map<Value, Value> map, List<Value> values) {
    List<Value> out = new ArrayList<>(values.size());
    for (Value v : values) {
      out.add(map.get(v));
    }
    return out;
  }

  private void copy(Graph g, Map<Value, Value> map, GraphBuilder b, Map<Key, List<Value>> seen) {
    for (Node n : g.nodes()) {
      List<Value> out = placed(n, mapped(map, n.inputs()), b, seen);
      for (int i = 0; i < out.size(); i++) {
        map.put(n.outputs().get(i), out.get(i));
      }
    }
  }

  private List<Value> placed(Node n, List<Value> in, GraphBuilder b, Map<Key, List<Value>> seen) {
    if (n.primitive() instanceof Composite c && !claims.has(c, n.inputSpecs())) {
      return inlined(c.body(n.inputSpecs()), in, b, seen);
    }
    NDArray choice = n.primitive() instanceof Case ? Simplify.constant(in.get(0)) : null;
    if (choice != null && n.primitive() instanceof Case c) {
      long i = choice.getLong(0);
      Graph taken = c.branches().get((int) Math.max(0, Math.min(i, c.branches().size() - 1)));
      return inlined(taken, in.subList(1, in.size()), b, seen);
    }
    Primitive p = inside(n.primitive());
    if (n.outputs().size() == 1) {
      Simplify.Step step = Simplify.step(p, in, n.outputs().get(0).spec());
      if (step.value() != null) {
        return List.of(step.value());
      }
      p = step.primitive();
      in = step.inputs();
    }
    if (!isShareable(p)) {
      return b.add(p, in, n.outputSpecs());
    }
    Key key = new Key(p, in);
    List<Value> out = seen.get(key);
    if (out == null) {
      out = b.add(p, in, n.outputSpecs());
      seen.put(key, out);
    }
    return out;
  }

  private List<Value> inlined(
      Graph body, List<Value> in, GraphBuilder b, Map<Key, List<Value>> seen) {
    Map<Value, Value> inner = new HashMap<>();
    for (int i = 0; i < in.size(); i++) {
      inner.put(body.inputs().get(i), in.get(i));
    }
    copy(body, inner, b, seen);
    return mapped(inner, body.outputs());
  }

  /** The primitive with its bodies worked on. */
  private Primitive inside(Primitive p) {
    List<Graph> bodies = new ArrayList<>();
    p.bodies().forEach(g -> bodies.add(live(merged(g))));
    return bodies.isEmpty() ? p : p.withBodies(bodies);
  }

  private static boolean isShareable(Primitive p) {
    NDArray literal = p.literal();
    return !p.is(Trait.UNSHARED) && (literal == null || literal.size() <= 64);
  }

  private static Graph live(Graph g) {
    Set<Value> needed = new HashSet<>(g.outputs());
    List<Node> nodes = new ArrayList<>();
    for (int i = g.nodes().size() - 1; i >= 0; i--) {
      Node n = g.nodes().get(i);
      if (Staged.onHost(n.primitive()) || n.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(n.inputs());
        nodes.add(n);
      }
    }
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    for (Value v : g.inputs()) {
      map.put(v, b.input(v.spec()));
    }
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node n = nodes.get(i);
      List<Value> in = mapped(map, n.inputs());
      List<Integer> used = used(n, needed);
      List<Value> out;
      if (used.size() < n.outputs().size() && n.primitive() instanceof Scan s) {
        out = b.add(only(s, used), in);
      } else {
        used = all(n.outputs().size());
        out = b.add(n.primitive(), in, n.outputSpecs());
      }
      for (int k = 0; k < out.size(); k++) {
        map.put(n.outputs().get(used.get(k)), out.get(k));
      }
    }
    return b.build(mapped(map, g.outputs()));
  }

  /** The graph with the inputs at these places alone; nobody may read the others. */
  public static Graph keeping(Graph g, List<Integer> inputs) {
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    inputs.forEach(i -> map.put(g.inputs().get(i), b.input(g.inputs().get(i).spec())));
    for (Node n : g.nodes()) {
      List<Value> out = b.add(n.primitive(), mapped(map, n.inputs()), n.outputSpecs());
      for (int k = 0; k < out.size(); k++) {
        map.put(n.outputs().get(k), out.get(k));
      }
    }
    return b.build(mapped(map, g.outputs()));
  }

  private static List<Integer> all(int n) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(i);
    }
    return out;
  }

  /** The outputs that somebody reads; of a scan the carries too. */
  private static List<Integer> used(Node n, Set<Value> needed) {
    int carries = n.primitive() instanceof Scan s ? s.carries() : 0;
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < n.outputs().size(); i++) {
      if (i < carries || needed.contains(n.outputs().get(i))) {
        out.add(i);
      }
    }
    return out;
  }

  /** The scan without the results that nobody reads. */
  private static Scan only(Scan s, List<Integer> outputs) {
    Graph body = live(Traced.arranged(s.body(), all(s.body().inputs().size()), outputs));
    return new Scan(body, s.carries(), s.sequences(), s.length(), s.reverse());
  }
}
