package org.keras4j.backend.xla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.host.HostNodes;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** A graph some of whose nodes run on the host: programs and host calls by turns. */
final class StagedGraph implements Executable {
  private final XlaBackend backend;
  private final Graph graph;
  private final String device;
  private final boolean dynamic;
  private final Map<Value, Integer> slots = new HashMap<>();
  private final List<Stage> stages = new ArrayList<>();
  private final Set<Integer> donated;

  /** Either a program or a primitive for the host, reading and writing numbered slots. */
  private record Stage(
      @Nullable Executable program,
      @Nullable Primitive host,
      List<TensorSpec> out,
      int[] from,
      int[] to,
      int[] last) {}

  StagedGraph(XlaBackend backend, Graph graph, CompileOptions options) {
    this.backend = backend;
    this.graph = graph;
    this.device = options.device();
    this.dynamic = options.dynamic();
    this.donated = options.donated().keySet();
    Map<Value, Integer> level = new HashMap<>();
    List<List<Node>> levels = new ArrayList<>();
    for (Node n : graph.nodes()) {
      // programs have even levels, host nodes odd ones
      boolean host = HostNodes.isHostCall(n.primitive());
      int at = host ? 1 : 0;
      for (Value v : n.inputs()) {
        int l = level.getOrDefault(v, 0);
        boolean fits = l % 2 == (host ? 1 : 0);
        at = Math.max(at, fits ? l : l + 1);
      }
      for (Value v : n.outputs()) {
        level.put(v, at);
      }
      while (levels.size() <= at) {
        levels.add(new ArrayList<>());
      }
      levels.get(at).add(n);
    }
    graph.inputs().forEach(this::slot);
    for (int i = 0; i < levels.size(); i++) {
      if (i % 2 == 0) {
        addProgram(levels.get(i), levels.subList(i + 1, levels.size()));
      } else {
        levels.get(i).forEach(this::addHost);
      }
    }
    findLastUses();
  }

  private int slot(Value v) {
    return slots.computeIfAbsent(v, k -> slots.size());
  }

  private int[] slots(Iterable<Value> values) {
    List<Integer> out = new ArrayList<>();
    values.forEach(v -> out.add(slot(v)));
    return out.stream().mapToInt(Integer::intValue).toArray();
  }

  private void addHost(Node n) {
    stages.add(new Stage(
        null, n.primitive(), n.outputSpecs(), slots(n.inputs()), slots(n.outputs()), new int[0]));
  }

  private void addProgram(List<Node> nodes, List<List<Node>> later) {
    if (nodes.isEmpty()) {
      return;
    }
    Set<Value> made = new HashSet<>();
    nodes.forEach(n -> made.addAll(n.outputs()));
    Set<Value> outputs = new LinkedHashSet<>();
    for (List<Node> l : later) {
      for (Node n : l) {
        n.inputs().stream().filter(made::contains).forEach(outputs::add);
      }
    }
    graph.outputs().stream().filter(made::contains).forEach(outputs::add);
    if (outputs.isEmpty()) {
      return;
    }
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    Set<Value> inputs = new LinkedHashSet<>();
    for (Node n : nodes) {
      for (Value v : n.inputs()) {
        if (!made.contains(v) && inputs.add(v)) {
          map.put(v, b.input(v.spec()));
        }
      }
    }
    for (Node n : nodes) {
      List<Value> in = n.inputs().stream().map(map::get).toList();
      List<Value> out = b.add(n.primitive(), in, n.outputSpecs());
      for (int i = 0; i < out.size(); i++) {
        map.put(n.outputs().get(i), out.get(i));
      }
    }
    Graph part = b.build(outputs.stream().map(map::get).toList());
    Executable e = backend.compile(part, new CompileOptions(Map.of(), dynamic, device));
    stages.add(new Stage(e, null, List.of(), slots(inputs), slots(outputs), new int[0]));
  }

  /** Each stage learns which values nobody needs after it. */
  private void findLastUses() {
    Set<Integer> needed = new HashSet<>();
    graph.inputs().forEach(v -> needed.add(slot(v)));
    graph.outputs().forEach(v -> needed.add(slot(v)));
    for (int i = stages.size() - 1; i >= 0; i--) {
      Stage s = stages.get(i);
      Set<Integer> dead = new LinkedHashSet<>();
      for (int[] used : List.of(s.from, s.to)) {
        Arrays.stream(used).filter(needed::add).forEach(dead::add);
      }
      int[] last = dead.stream().mapToInt(Integer::intValue).toArray();
      stages.set(i, new Stage(s.program, s.host, s.out, s.from, s.to, last));
    }
  }

  @Override
  public List<BackendTensor> run(List<BackendTensor> inputs) {
    if (inputs.size() != graph.inputs().size()) {
      throw new IllegalArgumentException(
          "Got " + inputs.size() + " inputs, expected " + graph.inputs().size());
    }
    BackendTensor[] values = new BackendTensor[slots.size()];
    for (int i = 0; i < inputs.size(); i++) {
      values[i] = backend.own(inputs.get(i));
    }
    for (Stage s : stages) {
      List<BackendTensor> in = Arrays.stream(s.from).mapToObj(i -> values[i]).toList();
      List<BackendTensor> out = s.program != null
          ? s.program.run(in)
          : HostNodes.run(backend, java.util.Objects.requireNonNull(s.host), in, s.out, device);
      for (int i = 0; i < s.to.length; i++) {
        values[s.to[i]] = out.get(i);
      }
      for (int dead : s.last) {
        values[dead].close();
      }
    }
    return results(inputs.size(), values);
  }

  // every result is the caller's own: an input, or a value given twice, is copied
  private List<BackendTensor> results(int inputs, BackendTensor[] values) {
    List<BackendTensor> out = new ArrayList<>();
    Set<Integer> given = new HashSet<>();
    for (Value v : graph.outputs()) {
      int slot = slot(v);
      BackendTensor t = values[slot];
      if (slot < inputs || !given.add(slot)) {
        t = backend.copy(backend.own(t));
      }
      out.add(t);
    }
    for (int d : donated) {
      values[d].close();
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
