package org.keras4j.ops.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.CompileOptions.Division;
import org.keras4j.core.spi.Executable;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.HostPart;
import org.keras4j.ops.internal.engine.HostValue;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.engine.TracedTensor;
import org.keras4j.ops.internal.partition.Partition;
import org.keras4j.ops.internal.partition.Split;
import org.keras4j.ops.internal.partition.StepLayout;
import org.keras4j.ops.internal.passes.Passes;
import org.keras4j.ops.internal.passes.Staged;

/**
 * A function traced for arguments of one form: a graph, and where its inputs come from. It becomes an executable for
 * one call, and, if asked, another one for a number of calls one after another.
 */
final class Program {
  /** Where an input of the graph comes from. */
  enum Kind {
    STATE,
    TENSOR,
    ARRAY,
    HOST,
    VARIABLE,
    CAPTURE
  }

  /**
   * An input.
   *
   * @param place among those of its kind; of a host call's results, among all of the program
   */
  record Source(Kind kind, int place) {
    /** Whether calls one after another have values of their own for it. */
    boolean isData() {
      return kind == Kind.TENSOR || kind == Kind.ARRAY || kind == Kind.HOST;
    }
  }

  private final Backend backend;
  private final Graph graph;
  private final List<Source> sources;
  private final boolean donates;
  private final boolean last;
  private volatile boolean dropped;
  private final Map<Integer, Executable> executables = new ConcurrentHashMap<>();
  final List<Variable> variables;
  final List<Variable> assigned;
  private final boolean[] assigns;
  final List<EagerTensor> captures;
  private final List<Boolean> divided = new ArrayList<>();
  private final @Nullable Division division;
  final @Nullable Split split;
  final List<HostPart.Guard> guards;
  final List<HostValue> host;
  final int states;
  final int results;
  final @Nullable Object structure;
  final Work work;

  /**
   * The program of a finished trace.
   *
   * @param arguments what the inputs of the state, of tensors and of arrays became, in this order, with their sources
   * @param outputs the results, then the next values of the state
   * @param structure of the results
   * @param donates whether new values of variables, and the next state, take the memory of the old ones
   * @param last whether of several calls only the last one's results are wanted
   * @param split how the samples are divided among processes; null if this one has them all
   * @param layout how all lies on several devices of this process; null for one
   */
  Program(
      Trace trace,
      HostPart part,
      Map<Value, Source> arguments,
      List<Tensor> outputs,
      int states,
      @Nullable Object structure,
      boolean donates,
      boolean last,
      @Nullable Split split,
      @Nullable StepLayout layout) {
    this.backend = trace.backend();
    this.split = split;
    this.donates = donates;
    this.last = last;
    this.states = states;
    this.results = outputs.size() - states;
    this.structure = structure;
    this.variables = trace.variables();
    this.assigned = new ArrayList<>(trace.assigned().keySet());
    this.assigns = new boolean[variables.size()];
    for (int i = 0; i < assigns.length; i++) {
      assigns[i] = trace.assigned().containsKey(variables.get(i));
    }
    this.guards = List.copyOf(part.guards());
    List<Tensor> all = new ArrayList<>(outputs);
    all.addAll(trace.assigned().values());
    Graph g = trace.graph(all);
    this.captures = captures(trace, layout);
    Map<Value, Source> from = new HashMap<>(arguments);
    this.host = new ArrayList<>();
    for (TracedTensor t : part.results()) {
      from.put(t.value(), new Source(Kind.HOST, host.size()));
      host.add(t.host());
    }
    List<Value> read = trace.variableInputs();
    for (int i = 0; i < read.size(); i++) {
      from.put(read.get(i), new Source(Kind.VARIABLE, i));
    }
    List<Value> captured = trace.captureInputs();
    for (int i = 0; i < captured.size(); i++) {
      from.put(captured.get(i), new Source(Kind.CAPTURE, i));
    }
    List<Boolean> rows = rows(g, from);
    Graph ready = Passes.run(g, trace::claims);
    if (split != null) {
      Graph own = Partition.of(ready, rows, split, (c, in) -> Engine.claims(backend, c, in));
      ready = Passes.run(own, backend);
    }
    Set<Value> used = new HashSet<>(ready.outputs());
    ready.nodes().forEach(n -> used.addAll(n.inputs()));
    this.sources = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < ready.inputs().size(); i++) {
      Source s = from.get(g.inputs().get(i));
      // values that are on the host already go to the device only if they are needed there
      boolean there = s == null || s.kind == Kind.ARRAY || s.kind == Kind.HOST;
      if (s != null && (!there || used.contains(ready.inputs().get(i)))) {
        sources.add(s);
        divided.add(rows.get(i));
        kept.add(i);
      }
    }
    this.graph = Passes.keeping(ready, kept);
    this.work = Work.of(graph);
    this.division = layout == null ? null : division(layout);
  }

  private List<EagerTensor> captures(Trace trace, @Nullable StepLayout layout) {
    List<EagerTensor> out = new ArrayList<>();
    for (Tensor t : trace.captures()) {
      if (!(t instanceof EagerTensor e)) {
        throw new IllegalStateException("A compiled function uses " + t + " from outside");
      }
      EagerTensor held = layout == null
          ? e
          : Engine.toDevice(
              backend, e.toNDArray(), new Placement(layout.whole(e.shape()), layout.devices()));
      TensorScope.detach(held);
      out.add(held);
    }
    return out;
  }

  private Division division(StepLayout layout) {
    List<String> devices = layout.devices();
    Map<Variable, Placement> laid = new HashMap<>();
    for (Variable v : variables) {
      laid.put(v, new Placement(layout.variable(v), devices));
    }
    for (Variable v : assigned) {
      laid.computeIfAbsent(v, k -> new Placement(layout.variable(k), devices));
    }
    List<Placement> in = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Source s = sources.get(i);
      Shape shape = graph.inputs().get(i).spec().shape();
      in.add(
          s.kind == Kind.VARIABLE
              ? laid.get(variables.get(s.place))
              : new Placement(s.isData() ? layout.data(shape) : layout.whole(shape), devices));
    }
    List<Placement> out = new ArrayList<>();
    for (int i = 0; i < results + states; i++) {
      Shape shape = graph.outputs().get(i).spec().shape();
      out.add(new Placement(i < results ? layout.data(shape) : layout.whole(shape), devices));
    }
    assigned.forEach(v -> out.add(laid.get(v)));
    return new Division(layout.mesh(), devices, in, out);
  }

  /** How an input lies on several devices; null for one. */
  @Nullable
  Placement placement(int source) {
    return division == null ? null : division.inputs().get(source);
  }

  // what has an axis of samples in front, if these are divided
  private List<Boolean> rows(Graph g, Map<Value, Source> from) {
    List<Boolean> out = new ArrayList<>();
    for (Value v : g.inputs()) {
      Source s = from.get(v);
      boolean data = s != null && s.isData() && v.spec().rank() > 0;
      out.add(data && split != null && v.spec().dim(0) == split.batch());
    }
    return out;
  }

  /** Whether this process takes only its rows of what a source gives. */
  boolean divides(int source) {
    return divided.get(source);
  }

  Graph graph() {
    return graph;
  }

  List<Source> sources() {
    return sources;
  }

  /** Whether an array among the arguments, or a host call's result, is an input of the graph. */
  boolean takes(Kind kind, int place) {
    return sources.contains(new Source(kind, place));
  }

  /** Whether strings that are known on the host are among the results. */
  boolean givesStrings() {
    return Nest.flatten(structure).stream().anyMatch(Jit.HostSlot.class::isInstance);
  }

  /** Whether the variable at a place is assigned. */
  boolean assigns(int variable) {
    return assigns[variable];
  }

  /** Marks it as not to be used any more. */
  void drop() {
    dropped = true;
  }

  /** Whether the state that was made a part of the program is still what it was. */
  boolean holds() {
    if (dropped) {
      return false;
    }
    for (HostPart.Guard g : guards) {
      if (!g.holds()) {
        return false;
      }
    }
    return true;
  }

  /** What runs so many calls. */
  Executable executable(int steps) {
    Executable e = executables.get(steps);
    if (e == null) {
      synchronized (this) {
        e = executables.get(steps);
        if (e == null) {
          e = compiled(steps == 1 ? graph : loop(steps));
          executables.put(steps, e);
        }
      }
    }
    return e;
  }

  private Executable compiled(Graph g) {
    Map<Integer, Integer> donated = new HashMap<>();
    if (donates) {
      for (int i = 0; i < sources.size(); i++) {
        Source s = sources.get(i);
        int k = s.kind == Kind.VARIABLE ? assigned.indexOf(variables.get(s.place)) : -1;
        if (k >= 0) {
          donated.put(i, results + states + k);
        } else if (s.kind == Kind.STATE) {
          donated.put(i, results + s.place);
        }
      }
    }
    CompileOptions options =
        new CompileOptions(Map.copyOf(donated), false, Keras.device(), division);
    return Staged.needed(g) && !backend.compilesHostCalls()
        ? new Staged(backend, g, options)
        : backend.compile(g, options);
  }

  /**
   * The graph of calls one after another, of which each sees the state and the variables that the one before left.
   * Inputs as those of one call, data with a new first axis; outputs likewise, the results with a new first axis
   * unless only the last ones are wanted.
   */
  private Graph loop(int steps) {
    GraphBuilder b = new GraphBuilder();
    List<Value> carries = new ArrayList<>();
    List<Value> sequences = new ArrayList<>();
    List<Value> constants = new ArrayList<>();
    // of each input, where it stands among those of the body
    List<Integer> order = new ArrayList<>();
    int carried = states + assigned.size();
    Value[] first = new Value[carried];
    int[] carriedAt = new int[carried];
    List<Integer> sequenceAt = new ArrayList<>();
    List<Integer> constantAt = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Source s = sources.get(i);
      TensorSpec spec = graph.inputs().get(i).spec();
      int variable = s.kind == Kind.VARIABLE ? assigned.indexOf(variables.get(s.place)) : -1;
      int carry = s.kind == Kind.STATE ? s.place : variable < 0 ? -1 : states + variable;
      if (carry >= 0) {
        first[carry] = b.input(spec);
        carriedAt[carry] = i;
      } else if (s.isData()) {
        sequences.add(b.input(spec.withShape(spec.shape().insert(0, steps))));
        sequenceAt.add(i);
      } else {
        constants.add(b.input(spec));
        constantAt.add(i);
      }
    }
    for (int i = 0; i < carried; i++) {
      carries.add(first[i]);
      order.add(carriedAt[i]);
    }
    order.addAll(sequenceAt);
    order.addAll(constantAt);
    List<Value> in = new ArrayList<>(carries);
    in.addAll(sequences);
    in.addAll(constants);
    Scan scan = new Scan(body(order), carried, sequences.size(), steps, false);
    List<Value> out = b.add(scan, in);
    List<Value> outputs = new ArrayList<>();
    out.subList(carried, out.size()).forEach(v -> outputs.add(last ? last(b, v) : v));
    outputs.addAll(out.subList(0, carried));
    return b.build(outputs);
  }

  private static Value last(GraphBuilder b, Value rows) {
    Shape s = rows.spec().shape();
    long[] start = new long[s.rank()];
    start[0] = s.dim(0) - 1;
    Slice row =
        new Slice(LongList.of(start), LongList.of(s.toArray()), LongList.repeat(1, s.rank()));
    return b.add1(new ReshapeTo(s.slice(1)), b.add1(row, rows));
  }

  /** The graph of one call with its inputs in this order, and the carried outputs first. */
  private Graph body(List<Integer> order) {
    GraphBuilder b = new GraphBuilder();
    Value[] inputs = new Value[order.size()];
    for (int i : order) {
      inputs[i] = b.input(graph.inputs().get(i).spec());
    }
    List<Value> all = b.inline(graph, List.of(inputs));
    List<Value> out = new ArrayList<>(all.subList(results, all.size()));
    out.addAll(all.subList(0, results));
    return b.build(out);
  }
}
