package org.keras4j.ops.internal.passes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
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
    List<Lean> nodes = new ArrayList<>();
    for (int i = g.nodes().size() - 1; i >= 0; i--) {
      Node n = g.nodes().get(i);
      if (Staged.onHost(n.primitive()) || n.outputs().stream().anyMatch(needed::contains)) {
        Lean lean = Lean.of(n, needed);
        needed.addAll(lean.inputs());
        nodes.add(lean);
      }
    }
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    for (Value v : g.inputs()) {
      map.put(v, b.input(v.spec()));
    }
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Lean n = nodes.get(i);
      List<TensorSpec> specs = n.outputs().stream().map(Value::spec).toList();
      List<Value> out = b.add(n.primitive(), mapped(map, n.inputs()), specs);
      for (int k = 0; k < out.size(); k++) {
        map.put(n.outputs().get(k), out.get(k));
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

  /** A node without what nobody reads: of a scan, results and carries that only matter to themselves. */
  private record Lean(Primitive primitive, List<Value> inputs, List<Value> outputs) {
    static Lean of(Node n, Set<Value> needed) {
      if (!(n.primitive() instanceof Scan s)) {
        return new Lean(n.primitive(), n.inputs(), n.outputs());
      }
      Set<Integer> wanted = new TreeSet<>();
      for (int i = 0; i < n.outputs().size(); i++) {
        if (needed.contains(n.outputs().get(i))) {
          wanted.add(i);
        }
      }
      if (wanted.isEmpty() || wanted.size() == n.outputs().size()) {
        return new Lean(s, n.inputs(), n.outputs());
      }
      Graph body = live(of(s.body(), List.copyOf(wanted)));
      while (wanted.addAll(carried(s, body))) {
        body = live(of(s.body(), List.copyOf(wanted)));
      }
      List<Integer> outputs = List.copyOf(wanted);
      if (outputs.size() == n.outputs().size()) {
        return new Lean(s, n.inputs(), n.outputs());
      }
      List<Integer> inputs = new ArrayList<>();
      for (int i = 0; i < n.inputs().size(); i++) {
        if (i >= s.carries() || wanted.contains(i)) {
          inputs.add(i);
        }
      }
      int carries = (int) outputs.stream().filter(i -> i < s.carries()).count();
      return new Lean(
          new Scan(keeping(body, inputs), carries, s.sequences(), s.length(), s.reverse()),
          inputs.stream().map(n.inputs()::get).toList(),
          outputs.stream().map(n.outputs()::get).toList());
    }

    private static Graph of(Graph body, List<Integer> outputs) {
      return Traced.arranged(body, all(body.inputs().size()), outputs);
    }

    // the carries that a step reads
    private static Set<Integer> carried(Scan s, Graph body) {
      Set<Value> read = new HashSet<>(body.outputs());
      body.nodes().forEach(n -> read.addAll(n.inputs()));
      Set<Integer> out = new TreeSet<>();
      for (int i = 0; i < s.carries(); i++) {
        if (read.contains(body.inputs().get(i))) {
          out.add(i);
        }
      }
      return out;
    }
  }

  private static List<Integer> all(int n) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(i);
    }
    return out;
  }
}
