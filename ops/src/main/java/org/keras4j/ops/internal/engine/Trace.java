package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.VariableScope;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.ServingFunction;

/**
 * Records a graph: while it is open, every primitive bound by this thread becomes a node. Tensors from
 * outside become further inputs ({@link #captures}), read variables too, and assigned variables have
 * their last value in {@link #assigned}.
 *
 * <p>A trace inside another one (a loop's body) captures the outer one's tensors the same way, and so
 * leaves variables to the outermost trace.
 */
public final class Trace extends VariableScope {
  private final @Nullable Trace parent;
  private final GraphBuilder builder = new GraphBuilder();
  private final Map<Tensor, Value> captured = new IdentityHashMap<>();
  private final List<Tensor> captures = new ArrayList<>();
  private final Map<Variable, Tensor> variables = new LinkedHashMap<>();
  private final Map<Variable, Tensor> assigned = new LinkedHashMap<>();
  private final List<Value> variableInputs = new ArrayList<>();
  private final boolean closed;
  private final boolean conditional;
  private final @Nullable Backend backend;
  private @Nullable HostPart hostPart;
  private ServingFunction.@Nullable Claims claims;
  private @Nullable Mesh mesh;

  private Trace(boolean closed, boolean conditional, @Nullable Backend backend) {
    this.parent = outerTrace(this);
    this.closed = closed;
    this.conditional = conditional;
    this.backend = backend != null || parent == null ? backend : parent.backend;
    this.claims = parent == null ? null : parent.claims;
    this.mesh = parent == null ? null : parent.mesh;
  }

  private static @Nullable Trace outerTrace(Trace self) {
    // the constructor of VariableScope has made this trace the current one already
    return self.outerOfKind(Trace.class);
  }

  /** A trace whose variables become inputs and outputs of its own graph, for compilation. */
  public static Trace root() {
    return new Trace(true, false, null);
  }

  /** The same, for a backend that need not be the one in use. */
  public static Trace root(Backend backend) {
    return new Trace(true, false, backend);
  }

  /** The same, with the composites that somebody else than a backend claims. */
  public static Trace root(ServingFunction.Claims claims) {
    Trace t = root();
    t.claims = claims;
    return t;
  }

  /**
   * The same, for a function called with arrays: what of it depends on nothing but them, and is Java code, runs
   * while it is traced, and is kept apart.
   */
  public static Trace root(Backend backend, HostRun arrays) {
    Trace t = root(backend);
    t.hostPart = new HostPart(t, arrays);
    return t;
  }

  /**
   * The same for a program that other runtimes run, or several devices together: nobody claims composites.
   *
   * @param mesh the devices that the program is divided among; null for one
   */
  public static Trace portable(Backend backend, HostRun arrays, @Nullable Mesh mesh) {
    Trace t = root(backend, arrays);
    t.claims = (c, in) -> false;
    t.mesh = mesh;
    return t;
  }

  /** The devices that the program is divided among; null for one. */
  public @Nullable Mesh mesh() {
    return mesh;
  }

  /**
   * A trace for a part of a graph, which reads variables from the scopes around. What it assigns stays in
   * {@link #assigned}; whoever opened it passes that on, or drops it.
   */
  public static Trace nested() {
    return new Trace(false, false, Engine.preferred());
  }

  /** Likewise, for a part that may not run, or run several times: a branch, or a loop's body. */
  static Trace conditional() {
    return new Trace(false, true, Engine.preferred());
  }

  /** Whether this is, or lies in, a part that may not run. */
  boolean isConditional() {
    return conditional || (parent != null && parent.isConditional());
  }

  /** What runs on the host, of the function that this is part of; null where that is not kept apart. */
  public @Nullable HostPart hostPart() {
    return parent == null || hostPart != null ? hostPart : parent.hostPart();
  }

  /**
   * Says that what is being traced holds only as long as a source gives the value that it gives now, by {@code
   * equals}: afterwards the function is traced again. For state that becomes a constant of the program.
   */
  public static void dependsOn(Supplier<?> source) {
    Trace t = current();
    HostPart h = t == null ? null : t.hostPart();
    if (h != null) {
      h.guard(source);
    }
  }

  /** The innermost trace of this thread, or null if primitives run eagerly. */
  public static @Nullable Trace current() {
    return find(Trace.class);
  }

  /** The backend that the graph is meant for. */
  public Backend backend() {
    return backend == null ? Keras.backend() : backend;
  }

  /** Whether a composite becomes a node, in place of its body. */
  public boolean claims(Composite c, List<TensorSpec> inputs) {
    if (mesh != null && isRelayout(c.name())) {
      return true;
    }
    return claims == null
        ? Engine.claims(backend(), c, inputs)
        : Keras.claims() && claims.has(c, inputs);
  }

  private static boolean isRelayout(String name) {
    return name.equals(Composites.RELAYOUT.name()) || name.equals(Composites.RELAYOUT.backward());
  }

  /** A new input. */
  public TracedTensor input(TensorSpec spec) {
    return new TracedTensor(this, builder.input(spec));
  }

  /** A new input that is known on the host. */
  TracedTensor input(TensorSpec spec, HostValue host) {
    return new TracedTensor(this, builder.input(spec), host);
  }

  /** New inputs. */
  public List<Tensor> inputs(List<TensorSpec> specs) {
    List<Tensor> out = new ArrayList<>(specs.size());
    for (TensorSpec s : specs) {
      out.add(input(s));
    }
    return out;
  }

  /** The value of a tensor here; one from outside is captured. */
  public Value value(Tensor t) {
    if (t instanceof TracedTensor traced && traced.trace() == this) {
      return traced.value();
    }
    Value v = captured.get(t);
    if (v != null) {
      return v;
    }
    if (t instanceof SparseTensor s) {
      throw SparseForms.refusal(s);
    }
    if (t instanceof KerasTensor) {
      throw new IllegalArgumentException(
          t + " is an input or output of a Functional model and cannot be used inside a call");
    }
    if (t instanceof TracedTensor traced && !isAncestor(traced.trace())) {
      throw new IllegalStateException("A tensor " + t.spec()
          + " of a finished trace is used: a value computed while tracing was"
          + " kept outside it (in a field, for instance); return it, or assign it to a Variable");
    }
    v = builder.input(t.spec());
    captured.put(t, v);
    captures.add(t);
    return v;
  }

  private boolean isAncestor(Trace t) {
    for (Trace p = parent; p != null; p = p.parent) {
      if (p == t) {
        return true;
      }
    }
    return false;
  }

  public List<Tensor> bind(Primitive p, List<Tensor> in) {
    HostPart h = hostPart();
    List<Tensor> known = h == null ? null : h.bind(this, p, in);
    if (known != null) {
      return known;
    }
    refuseStrings(p, in);
    return node(p, in);
  }

  private static void refuseStrings(Primitive p, List<Tensor> in) {
    for (Tensor t : in) {
      if (t.dtype() == DType.STRING
          && !p.is(Trait.HOST)
          && !HostForms.knows(p, in.stream().map(Tensor::spec).toList())) {
        throw new IllegalArgumentException("expected numbers, got strings of shape " + t.shape());
      }
    }
  }

  /** Applies a primitive of one result, which is known on the host too. */
  TracedTensor bound(Primitive p, List<Tensor> in, HostValue host) {
    return new TracedTensor(this, ((TracedTensor) node(p, in).get(0)).value(), host);
  }

  private List<Tensor> node(Primitive p, List<Tensor> in) {
    List<Value> values = new ArrayList<>(in.size());
    for (Tensor t : in) {
      values.add(value(t));
    }
    ReadBudget.operation();
    List<Value> out = builder.add(p, values);
    List<Tensor> result = new ArrayList<>(out.size());
    for (Value v : out) {
      result.add(new TracedTensor(this, v));
    }
    return result;
  }

  /** The tensors from outside, in the order of their inputs. */
  public List<Tensor> captures() {
    return captures;
  }

  /** The inputs that {@link #captures} became. */
  public List<Value> captureInputs() {
    List<Value> out = new ArrayList<>();
    captures.forEach(t -> out.add(captured.get(t)));
    return out;
  }

  /** The variables read so far, in order. */
  public List<Variable> variables() {
    return List.copyOf(variables.keySet());
  }

  /** The inputs that {@link #variables} became. */
  public List<Value> variableInputs() {
    return variableInputs;
  }

  /** The last value assigned to each variable, in the order of first assignment. */
  public Map<Variable, Tensor> assigned() {
    return assigned;
  }

  @Override
  public @Nullable Tensor read(Variable v) {
    if (!closed) {
      Tensor t = assigned.get(v);
      if (t == null) {
        t = variables.get(v);
      }
      return t != null ? t : super.read(v);
    }
    Tensor now = assigned.get(v);
    if (now == null) {
      now = variables.get(v);
    }
    if (now == null) {
      TracedTensor t = input(v.spec());
      variableInputs.add(t.value());
      variables.put(v, t);
      now = t;
    }
    return now;
  }

  @Override
  public boolean assign(Variable v, Tensor value) {
    if (!(value instanceof TracedTensor t) || t.trace() != this) {
      value = new TracedTensor(this, value(value));
    }
    if (closed && !assigned.containsKey(v) && !variables.containsKey(v)) {
      read(v); // its old value becomes an input, whose memory the new one may take
    }
    assigned.put(v, value);
    return true;
  }

  /** The graph with these outputs. */
  public Graph graph(List<Tensor> outputs) {
    List<Value> values = new ArrayList<>(outputs.size());
    for (Tensor t : outputs) {
      values.add(value(t));
    }
    return builder.build(values);
  }

  /** In a trace for a part of a graph: from now on the variable has this value, an input of the trace. */
  public void hold(Variable v, Tensor value) {
    variables.put(v, value);
  }

  /**
   * The graph of a function for a part of a graph.
   *
   * @param captures receives the tensors from outside, which stand after the given inputs
   * @throws IllegalStateException if the function assigns variables
   */
  public static Graph subgraph(
      List<TensorSpec> inputs, List<Tensor> captures, Function<List<Tensor>, List<Tensor>> f) {
    try (Trace t = nested()) {
      Graph g = t.graph(f.apply(t.inputs(inputs)));
      if (!t.assigned().isEmpty()) {
        throw new IllegalStateException(
            t.assigned().keySet() + " are assigned in a part of a graph that cannot have state");
      }
      captures.addAll(t.captures());
      return g;
    }
  }

  /** Shape and dtype of what a function would give; nothing is computed. */
  public static List<TensorSpec> infer(
      List<TensorSpec> inputs, Function<List<Tensor>, List<Tensor>> f) {
    try (Trace t = nested()) {
      return t.graph(f.apply(t.inputs(inputs))).outputSpecs();
    }
  }
}
