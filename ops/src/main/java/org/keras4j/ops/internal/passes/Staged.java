package org.keras4j.ops.internal.passes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.ops.internal.engine.Engine;

/**
 * A graph with host calls, for a backend that does not compile them: compiled programs and Java code by
 * turns. Branches and loops with host calls inside run as they do outside of compiled functions.
 */
public final class Staged implements Executable {
  private final Backend backend;
  private final Graph graph;
  private final List<Stage> stages = new ArrayList<>();

  /** Either a program or a node for the host. */
  private record Stage(
      @Nullable Executable program,
      @Nullable Node host,
      List<Value> inputs,
      List<Value> outputs,
      List<Value> dead) {}

  /** Whether a primitive is, or has inside, a host call. */
  static boolean onHost(Primitive p) {
    return p.is(Trait.HOST) || p.bodies().stream().anyMatch(Staged::needed);
  }

  /** Whether a graph has host calls. */
  public static boolean needed(Graph g) {
    return g.nodes().stream().anyMatch(n -> onHost(n.primitive()));
  }

  public Staged(Backend backend, Graph graph, CompileOptions options) {
    this.backend = backend;
    this.graph = graph;
    Map<Value, Integer> level = new HashMap<>();
    List<List<Node>> levels = new ArrayList<>();
    for (Node n : graph.nodes()) {
      // programs have even levels, host nodes odd ones
      int parity = onHost(n.primitive()) ? 1 : 0;
      int at = parity;
      for (Value v : n.inputs()) {
        int before = level.getOrDefault(v, 0);
        // a host node runs by itself: another one before it needs a level of its own
        int next = before % 2 == parity ? before + (parity == 1 && before > 0 ? 2 : 0) : before + 1;
        at = Math.max(at, next);
      }
      for (Value v : n.outputs()) {
        level.put(v, at);
      }
      while (levels.size() <= at) {
        levels.add(new ArrayList<>());
      }
      levels.get(at).add(n);
    }
    for (int i = 0; i < levels.size(); i++) {
      if (i % 2 == 0) {
        program(levels, i, options);
      } else {
        for (Node n : levels.get(i)) {
          stages.add(new Stage(null, n, n.inputs(), n.outputs(), new ArrayList<>()));
        }
      }
    }
    free();
  }

  private void program(List<List<Node>> levels, int i, CompileOptions options) {
    Set<Value> made = new LinkedHashSet<>();
    levels.get(i).forEach(n -> made.addAll(n.outputs()));
    Set<Value> taken = new LinkedHashSet<>(graph.outputs());
    for (int k = i + 1; k < levels.size(); k++) {
      levels.get(k).forEach(n -> taken.addAll(n.inputs()));
    }
    List<Value> outputs = new ArrayList<>(made);
    outputs.retainAll(taken);
    if (i == 0) {
      // inputs that are handed through come out as tensors of their own
      graph.outputs().stream()
          .filter(v -> v.producer() == null && !outputs.contains(v))
          .forEach(outputs::add);
    }
    if (outputs.isEmpty()) {
      return;
    }
    Set<Value> inputs = new LinkedHashSet<>();
    for (Node n : levels.get(i)) {
      n.inputs().stream().filter(v -> !made.contains(v)).forEach(inputs::add);
    }
    outputs.stream().filter(v -> !made.contains(v)).forEach(inputs::add);
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    inputs.forEach(v -> map.put(v, b.input(v.spec())));
    for (Node n : levels.get(i)) {
      List<Value> in = new ArrayList<>();
      n.inputs().forEach(v -> in.add(map.get(v)));
      List<Value> out = b.add(n.primitive(), in, n.outputSpecs());
      for (int k = 0; k < out.size(); k++) {
        map.put(n.outputs().get(k), out.get(k));
      }
    }
    List<Value> results = new ArrayList<>();
    outputs.forEach(v -> results.add(map.get(v)));
    Executable e = backend.compile(
        b.build(results), new CompileOptions(Map.of(), options.dynamic(), options.device()));
    stages.add(new Stage(e, null, new ArrayList<>(inputs), outputs, new ArrayList<>()));
  }

  /** Notes with each stage what nobody reads after it. */
  private void free() {
    Set<Value> later = new LinkedHashSet<>(graph.outputs());
    for (int i = stages.size() - 1; i >= 0; i--) {
      Stage s = stages.get(i);
      Set<Value> here = new LinkedHashSet<>(s.inputs);
      here.addAll(s.outputs);
      for (Value v : here) {
        if (later.add(v) && v.producer() != null) {
          s.dead.add(v);
        }
      }
    }
  }

  @Override
  public List<BackendTensor> run(List<BackendTensor> inputs) {
    Map<Value, BackendTensor> at = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      at.put(graph.inputs().get(i), inputs.get(i));
    }
    for (Stage s : stages) {
      List<BackendTensor> in = new ArrayList<>();
      s.inputs.forEach(v -> in.add(at.get(v)));
      List<BackendTensor> out = s.program != null ? s.program.run(in) : onHost(s, in);
      for (int i = 0; i < out.size(); i++) {
        at.put(s.outputs.get(i), out.get(i));
      }
      s.dead.forEach(v -> at.remove(v).close());
    }
    List<BackendTensor> out = new ArrayList<>();
    for (Value v : graph.outputs()) {
      BackendTensor t = Objects.requireNonNull(at.get(v));
      out.add(out.contains(t) ? copied(t) : t);
    }
    return out;
  }

  private static List<EagerTensor> wrapped(Backend backend, List<BackendTensor> tensors) {
    List<EagerTensor> out = new ArrayList<>();
    for (BackendTensor t : tensors) {
      EagerTensor e = new EagerTensor(backend, t);
      TensorScope.detach(e);
      out.add(e);
    }
    return out;
  }

  private BackendTensor copied(BackendTensor t) {
    return backend.fromHost(t.toHost(), t.device());
  }

  private List<BackendTensor> onHost(Stage s, List<BackendTensor> in) {
    Node n = java.util.Objects.requireNonNull(s.host);
    List<BackendTensor> out = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> args = new ArrayList<>(wrapped(backend, in));
      for (Tensor t : Engine.on(backend, () -> Engine.bind(n.primitive(), args))) {
        EagerTensor e = (EagerTensor) t;
        TensorScope.detach(e);
        // a branch may give what it got
        out.add(
            in.contains(e.handle()) || out.contains(e.handle()) ? copied(e.handle()) : e.handle());
      }
    }
    return out;
  }

  @Override
  public void close() {
    for (Stage s : stages) {
      if (s.program != null) {
        s.program.close();
      }
    }
  }
}
