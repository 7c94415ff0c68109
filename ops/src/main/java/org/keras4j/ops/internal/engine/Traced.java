package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;

/**
 * A function of tensors to a nested structure, traced for a branch or a loop's body. Its graph takes the
 * function's inputs, the state, and what the function uses from outside; it gives the leaves of the
 * result and the new state.
 */
public final class Traced {
  private final Graph graph;
  private final List<Tensor> captures;
  private final @Nullable Object structure;
  private final int results;
  private final Set<Variable> assigned;

  private Traced(
      Graph graph,
      List<Tensor> captures,
      @Nullable Object structure,
      int results,
      Set<Variable> assigned) {
    this.graph = graph;
    this.captures = captures;
    this.structure = structure;
    this.results = results;
    this.assigned = assigned;
  }

  // stands for a tensor in the structure
  private record Slot(int index) {}

  /** What to trace: the specs of its inputs, and the function. */
  public record Source(
      List<TensorSpec> inputs, Function<List<Tensor>, @Nullable Object> function) {}

  /**
   * Several functions that share operands and state: the branches of one choice, condition and body of one
   * loop.
   *
   * @param parts the functions traced
   * @param graphs their graphs, which all take: their own inputs, the state, the captures
   * @param state the variables that one of them assigns
   * @param captures what they use from outside
   */
  public record Joined(
      List<Traced> parts, List<Graph> graphs, List<Variable> state, List<Tensor> captures) {
    /** The state's values before. */
    public List<Tensor> stateValues() {
      List<Tensor> out = new ArrayList<>();
      state.forEach(v -> out.add(v.value()));
      return out;
    }

    /** Assigns the state's values after. */
    public void assign(List<Tensor> values) {
      for (int i = 0; i < state.size(); i++) {
        state.get(i).assign(values.get(i));
      }
    }
  }

  /** Traces functions; those that assign variables once more, when it is known which. */
  public static Joined join(List<Source> sources) {
    List<Variable> state = new ArrayList<>();
    List<Traced> parts = new ArrayList<>();
    while (true) {
      Set<Variable> assigned = new LinkedHashSet<>(state);
      for (Source s : sources) {
        Traced t = trace(s, state);
        parts.add(t);
        assigned.addAll(t.assigned);
      }
      if (assigned.size() == state.size()) {
        return align(parts, state);
      }
      state = new ArrayList<>(assigned);
      parts.clear();
    }
  }

  private static Traced trace(Source s, List<Variable> state) {
    try (Trace t = Trace.conditional()) {
      List<Tensor> in = t.inputs(s.inputs);
      for (Variable v : state) {
        t.hold(v, t.input(v.spec()));
      }
      List<Tensor> out = new ArrayList<>();
      Object structure = Nest.map(s.function.apply(in), x -> {
        if (x == null) {
          return null;
        }
        out.add(ArrayLike.tensor(x));
        return new Slot(out.size() - 1);
      });
      int results = out.size();
      for (Variable v : state) {
        out.add(v.value());
      }
      Graph g = t.graph(out);
      return new Traced(
          g, t.captures(), structure, results, new LinkedHashSet<>(t.assigned().keySet()));
    }
  }

  /** Gives all graphs the captures of all. */
  private static Joined align(List<Traced> parts, List<Variable> state) {
    Map<Tensor, Integer> place = new IdentityHashMap<>();
    List<Tensor> captures = new ArrayList<>();
    for (Traced p : parts) {
      for (Tensor c : p.captures) {
        if (place.putIfAbsent(c, captures.size()) == null) {
          captures.add(c);
        }
      }
    }
    List<Graph> graphs = new ArrayList<>();
    for (Traced p : parts) {
      GraphBuilder b = new GraphBuilder();
      int own = p.graph.inputs().size() - p.captures.size();
      List<Value> args = new ArrayList<>();
      for (int i = 0; i < own; i++) {
        args.add(b.input(p.graph.inputs().get(i).spec()));
      }
      List<Value> all = new ArrayList<>();
      captures.forEach(c -> all.add(b.input(c.spec())));
      p.captures.forEach(c -> args.add(all.get(Objects.requireNonNull(place.get(c)))));
      graphs.add(b.build(b.inline(p.graph, args)));
    }
    return new Joined(parts, graphs, state, captures);
  }

  /** The graph with inputs and outputs in another order; outputs may be left out. */
  public static Graph arranged(Graph g, List<Integer> inputs, List<Integer> outputs) {
    GraphBuilder b = new GraphBuilder();
    Value[] args = new Value[inputs.size()];
    for (int i : inputs) {
      args[i] = b.input(g.inputs().get(i).spec()); // i is the place in the old order
    }
    List<Value> all = b.inline(g, List.of(args));
    List<Value> out = new ArrayList<>();
    outputs.forEach(i -> out.add(all.get(i)));
    return b.build(out);
  }

  /** The specs of the result's leaves. */
  public List<TensorSpec> resultSpecs() {
    return graph.outputSpecs().subList(0, results);
  }

  /** How many leaves the result has. */
  public int results() {
    return results;
  }

  /** The result's form, for comparing. */
  public @Nullable Object structure() {
    return structure;
  }

  /** The function's result with these leaves. */
  public @Nullable Object pack(List<Tensor> leaves) {
    return Nest.map(structure, x -> x instanceof Slot s ? leaves.get(s.index) : x);
  }
}
