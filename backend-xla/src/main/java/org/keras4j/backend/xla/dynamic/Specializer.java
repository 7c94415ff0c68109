package org.keras4j.backend.xla.dynamic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.ControlFlow;
import org.keras4j.core.primitive.ControlVisitor;
import org.keras4j.core.primitive.DimSize;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.SizedByInputs;
import org.keras4j.core.primitive.While;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;

/**
 * Writes a graph again for inputs of known shapes. A size that inputs of a node tell is computed here,
 * from shapes and, where they come into it, values.
 */
final class Specializer {
  private final Backend backend;
  private final GraphBuilder builder = new GraphBuilder();
  private final Map<Value, Value> placed = new HashMap<>();
  private final Map<Value, Node> makers = new HashMap<>();
  // inputs of a composite's body: what it was called with
  private final Map<Value, Value> calls = new HashMap<>();
  private final Map<Value, @Nullable NDArray> values = new HashMap<>();
  private final List<Value> inputs;
  private final IntFunction<@Nullable NDArray> inputValues;

  private Specializer(
      Backend backend, List<Value> inputs, IntFunction<@Nullable NDArray> inputValues) {
    this.backend = backend;
    this.inputs = inputs;
    this.inputValues = inputValues;
  }

  /**
   * The graph for inputs of these specs.
   *
   * @param values gives an input's value when a size depends on it, or null if it has none yet
   * @throws IllegalArgumentException if the inputs do not fit, or a dimension stays unknown
   */
  static Graph run(
      Backend backend, Graph g, List<TensorSpec> specs, IntFunction<@Nullable NDArray> values) {
    Specializer s = new Specializer(backend, g.inputs(), values);
    for (int i = 0; i < specs.size(); i++) {
      s.placed.put(g.inputs().get(i), s.builder.input(specs.get(i)));
    }
    s.copy(g);
    return s.builder.build(s.placed(g.outputs()));
  }

  private Value placed(Value v) {
    return Objects.requireNonNull(placed.get(v));
  }

  private List<Value> placed(List<Value> of) {
    List<Value> out = new ArrayList<>(of.size());
    for (Value v : of) {
      out.add(placed(v));
    }
    return out;
  }

  private void copy(Graph g) {
    for (Node n : g.nodes()) {
      List<Value> out = add(n);
      for (int i = 0; i < out.size(); i++) {
        placed.put(n.outputs().get(i), out.get(i));
        makers.put(n.outputs().get(i), n);
      }
    }
  }

  private List<Value> add(Node n) {
    List<Value> in = placed(n.inputs());
    if (n.primitive() instanceof Composite c) {
      return inline(c.body(in.stream().map(Value::spec).toList()), n.inputs(), in);
    }
    Primitive p = known(n, in);
    if (p instanceof Case c && !agree(c)) {
      Graph chosen = ((Case) n.primitive()).branches().get(branch(n, c));
      return inline(chosen, n.inputs().subList(1, in.size()), in.subList(1, in.size()));
    }
    List<Value> out = builder.add(p, in.subList(0, operands(n, p)));
    for (Value v : out) {
      if (!v.spec().shape().isKnown()) {
        throw new IllegalArgumentException(
            p.label() + ": the sizes of " + v.spec() + " do not follow from the inputs");
      }
    }
    return out;
  }

  private List<Value> inline(Graph body, List<Value> from, List<Value> in) {
    for (int i = 0; i < in.size(); i++) {
      placed.put(body.inputs().get(i), in.get(i));
      calls.put(body.inputs().get(i), from.get(i));
    }
    copy(body);
    return placed(body.outputs());
  }

  private static boolean agree(Case c) {
    return c.branches().stream()
        .allMatch(g -> g.outputSpecs().equals(c.branches().get(0).outputSpecs()));
  }

  /** Which branch it is, where their results differ in size: sizes alone must decide it. */
  private int branch(Node n, Case c) {
    NDArray index = value(n.inputs().get(0));
    if (index == null) {
      throw new IllegalArgumentException("Case: which of the shapes "
          + c.branches().stream().map(Graph::outputSpecs).toList()
          + " comes out is known only while the program runs, which XLA does not allow");
    }
    return (int) Math.max(0, Math.min(index.getLong(0), c.branches().size() - 1));
  }

  // inputs that told sizes are no longer needed
  private static int operands(Node n, Primitive p) {
    int all = n.inputs().size();
    return p instanceof SizedByInputs s ? Math.min(all, s.operands()) : all;
  }

  private Primitive known(Node n, List<Value> in) {
    Primitive p = n.primitive();
    if (p instanceof SizedByInputs s && !s.resultShape().isKnown()) {
      List<TensorSpec> operands =
          in.subList(0, s.operands()).stream().map(Value::spec).toList();
      return s.withResultShape(
          in.size() > s.operands() ? sizes(n, s.resultShape(), s.operands()) : s.shapeOf(operands));
    }
    return p instanceof ControlFlow c ? c.control(new KnownBodies(n), in) : p;
  }

  /** Control flow with its graphs written again for what they get. */
  private final class KnownBodies implements ControlVisitor<List<Value>, Primitive> {
    private final Node n;

    KnownBodies(Node n) {
      this.n = n;
    }

    @Override
    public Primitive caseOf(Case c, List<Value> in) {
      List<Graph> branches = new ArrayList<>();
      for (Graph g : c.branches()) {
        branches.add(body(g, in.subList(1, in.size()), i -> value(n.inputs().get(i + 1))));
      }
      return new Case(branches);
    }

    @Override
    public Primitive whileLoop(While w, List<Value> in) {
      IntFunction<@Nullable NDArray> fixed =
          i -> i < w.carries() ? null : value(n.inputs().get(i));
      return new While(
          body(w.condition(), in, fixed), body(w.body(), in, fixed), w.carries(), w.maximum());
    }

    @Override
    public Primitive scan(Scan s, List<Value> in) {
      int first = s.carries() + s.sequences();
      Graph inner = run(
          backend,
          s.body(),
          steps(s, in),
          i -> i < first ? null : value(n.inputs().get(i)));
      long length = s.length() >= 0 || s.sequences() == 0
          ? s.length()
          : in.get(s.carries()).spec().dim(0);
      return new Scan(inner, s.carries(), s.sequences(), length, s.reverse());
    }
  }

  private Graph body(Graph g, List<Value> in, IntFunction<@Nullable NDArray> fixed) {
    return run(backend, g, in.stream().map(Value::spec).toList(), fixed);
  }

  private static List<TensorSpec> steps(Scan s, List<Value> in) {
    List<TensorSpec> out = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      TensorSpec x = in.get(i).spec();
      boolean sequence = i >= s.carries() && i < s.carries() + s.sequences();
      out.add(sequence ? x.withShape(x.shape().slice(1)) : x);
    }
    return out;
  }

  private Shape sizes(Node n, Shape to, int from) {
    Shape s = to;
    int next = from;
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        NDArray size = value(n.inputs().get(next++));
        if (size == null) {
          throw new IllegalArgumentException(n.primitive().label() + ": the size of axis " + i
              + " of " + to + " is known only while the program runs, which XLA does not allow");
        }
        if (size.getLong(0) < 0) {
          throw new IllegalArgumentException(
              n.primitive().label() + ": expected sizes of at least 0, got " + size.getLong(0)
                  + " for axis " + i + " of " + to);
        }
        s = s.with(i, size.getLong(0));
      }
    }
    return s;
  }

  /** What a value of the old graph is, if that can be told now. */
  private @Nullable NDArray value(Value v) {
    if (!values.containsKey(v)) {
      values.put(v, compute(v));
    }
    return values.get(v);
  }

  private @Nullable NDArray compute(Value v) {
    if (calls.containsKey(v)) {
      return value(calls.get(v));
    }
    Node n = makers.get(v);
    if (n == null) {
      int i = inputs.indexOf(v);
      return i < 0 ? null : inputValues.apply(i);
    }
    NDArray literal = n.primitive().literal();
    if (literal != null) {
      return literal;
    }
    if (n.primitive() instanceof DimSize d) {
      long size = placed(n.inputs().get(0)).spec().dim(d.axis());
      return size < 0 ? null : NDArray.scalar(v.spec().dtype(), size);
    }
    if (n.primitive() instanceof Composite) {
      return null;
    }
    List<NDArray> in = new ArrayList<>();
    for (Value x : n.inputs()) {
      NDArray a = value(x);
      if (a == null) {
        return null;
      }
      in.add(a);
    }
    List<BackendTensor> arguments = new ArrayList<>();
    List<BackendTensor> results = List.of();
    try {
      in.forEach(a -> arguments.add(backend.fromHost(a, "")));
      results = backend.execute(
          n.primitive(),
          arguments,
          n.primitive().infer(in.stream().map(NDArray::spec).toList()));
      return results.get(n.outputs().indexOf(v)).toHost();
    } finally {
      arguments.forEach(BackendTensor::close);
      results.forEach(BackendTensor::close);
    }
  }
}
