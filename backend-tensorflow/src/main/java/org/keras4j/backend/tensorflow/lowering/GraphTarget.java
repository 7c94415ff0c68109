package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.backend.tensorflow.runtime.GraphFunction;
import org.keras4j.backend.tensorflow.runtime.GraphFunction.Port;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.HostKernel;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.Site;

/** Writes operations into the graph of a function. */
public final class GraphTarget implements Target {
  private static final int SMALL = 64;

  private final GraphFunction function;
  private final boolean saved;
  private final Map<NDArray, Term> constants = new HashMap<>();
  private final Map<Term, Port> handles = new IdentityHashMap<>();

  public GraphTarget(GraphFunction function) {
    this(function, false);
  }

  /**
   * For a function.
   *
   * @param saved whether it becomes part of a file
   */
  public GraphTarget(GraphFunction function, boolean saved) {
    this.function = function;
    this.saved = saved;
  }

  @Override
  public boolean isSaved() {
    return saved;
  }

  /** The next parameter of the function. */
  public Term parameter(TensorSpec spec) {
    return new GraphTerm(
        function.parameter(NativeType.code(spec.dtype()), spec.shape()),
        spec.dtype(),
        spec.shape());
  }

  /** A parameter under a name of its own. */
  public Term parameter(String name, TensorSpec spec) {
    return new GraphTerm(
        function.parameter(name, NativeType.code(spec.dtype()), spec.shape()),
        spec.dtype(),
        spec.shape());
  }

  /** The value of a variable, a handle of which is the next parameter. */
  public Term variable(String name, TensorSpec spec) {
    Port handle = function.parameter(name, NativeType.RESOURCE, Shape.SCALAR);
    OpCall read = new OpCall("ReadVariableOp").dtype("dtype", spec.dtype());
    Port value = function.add(read, List.of(handle), 1).get(0);
    Term t = new GraphTerm(value, spec.dtype(), spec.shape());
    handles.put(t, handle);
    return t;
  }

  /** Gives a variable of {@link #variable} a new value when the function is called, after it was read. */
  public void assign(Term variable, Term value) {
    Port read = ((GraphTerm) variable).port;
    OpCall assign = new OpCall("AssignVariableOp").dtype("dtype", variable.dtype());
    Port handle = Objects.requireNonNull(handles.get(variable));
    function.effect(assign, List.of(handle, ((GraphTerm) value).port), read);
  }

  /** An output of a node that is there already. */
  public static Term existing(Port port, TensorSpec spec) {
    return new GraphTerm(port, spec.dtype(), spec.shape());
  }

  /** The output of a node that a term of a graph is. */
  public static Port port(Term term) {
    return ((GraphTerm) term).port;
  }

  /** Says what the function gives. */
  public void results(List<Term> terms) {
    for (Term t : terms) {
      function.result(((GraphTerm) t).port);
    }
  }

  @Override
  public boolean isRewritten() {
    return true;
  }

  @Override
  public List<Term> apply(OpCall call, List<?> inputs, List<TensorSpec> outputs) {
    List<Port> ports = emit(call, inputs, outputs.size());
    List<Term> out = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      TensorSpec s = outputs.get(i);
      out.add(new GraphTerm(ports.get(i), s.dtype(), s.shape()));
    }
    return out;
  }

  private List<Port> emit(OpCall call, List<?> inputs, int outputs) {
    List<Object> in = new ArrayList<>(inputs.size());
    for (Object o : inputs) {
      if (o instanceof GraphTerm t) {
        in.add(t.port);
      } else {
        List<Port> list = new ArrayList<>();
        for (Object t : (List<?>) o) {
          list.add(((GraphTerm) t).port);
        }
        in.add(list);
      }
    }
    return function.add(call, in, outputs);
  }

  @Override
  public boolean isForeign() {
    return function.isForeign();
  }

  @Override
  public Term constant(NDArray value) {
    if (value.size() > SMALL) {
      return literal(value);
    }
    return constants.computeIfAbsent(value, this::literal);
  }

  private Term literal(NDArray value) {
    return new GraphTerm(function.constant(value), value.dtype(), value.shape());
  }

  @Override
  public Term retyped(Term t, TensorSpec spec) {
    return new GraphTerm(((GraphTerm) t).port, spec.dtype(), spec.shape());
  }

  @Override
  public List<Term> loop(List<Term> carries, Body condition, Body body) {
    OpCall call = new OpCall("StatelessWhile")
        .function("cond", define("condition", carries, condition))
        .function("body", define("body", carries, body));
    List<Port> ports = emit(call, List.of(carries), carries.size());
    List<Term> out = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      out.add(((GraphTerm) carries.get(i)).at(ports.get(i)));
    }
    return out;
  }

  @Override
  public List<Term> choose(
      Term index, List<Term> operands, List<Body> branches, List<TensorSpec> outputs) {
    List<String> names = new ArrayList<>();
    for (Body b : branches) {
      names.add(define("branch", operands, b));
    }
    int[] types = new int[outputs.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = NativeType.code(outputs.get(i).dtype());
    }
    OpCall call = new OpCall("StatelessCase").functions("branches", names).types("Tout", types);
    if (operands.isEmpty()) {
      call.types("Tin");
    }
    return apply(call, List.of(index, operands), outputs);
  }

  @Override
  public List<Term> host(HostCall call, Site<Term> site) {
    HostKernel kernel = call.body().kernel();
    if (kernel == null) {
      throw new BackendException(
          "A graph of TensorFlow cannot call Java code, and TensorFlow has no operations for "
              + call.function() + " as it is set: let it run outside, on what goes into the graph");
    }
    return List.of(new TextKernels(new TensorFlowOps(this)).lower(kernel, site.input(0)));
  }

  /** Makes a function of its own that takes terms like the given ones. */
  private String define(String hint, List<Term> like, Body body) {
    GraphFunction f = function.nested(hint);
    GraphTarget target = new GraphTarget(f, saved);
    List<Term> parameters = new ArrayList<>();
    for (Term t : like) {
      GraphTerm g = (GraphTerm) t;
      parameters.add(g.at(f.parameter(g.code, g.isList() ? Shape.SCALAR : g.shape())));
    }
    target.results(body.apply(new TensorFlowOps(target), parameters));
    return f.finish();
  }

  @Override
  public List<Term> scan(Scan scan) {
    TensorFlowOps ops = new TensorFlowOps(this);
    int carries = scan.carries().size();
    int sequences = scan.sequences().size();
    int results = scan.results().size();
    // step number, length, carries, sequences, invariants, and a list of tensors for each result
    List<Term> state = new ArrayList<>();
    state.add(ops.scalar(0));
    state.add(scan.length());
    state.addAll(scan.carries());
    state.addAll(scan.sequences());
    state.addAll(scan.invariants());
    int lists = state.size();
    for (TensorSpec s : scan.results()) {
      OpCall reserve = new OpCall("TensorListReserve").dtype("element_dtype", s.dtype());
      Term shape = ops.ints(s.shape());
      state.add(GraphTerm.list(emit(reserve, List.of(shape, scan.length()), 1).get(0)));
    }
    Body condition = (o, a) -> List.of(o.compare("Less", a.get(0), a.get(1)));
    Body body = (o, a) -> {
      GraphTarget in = (GraphTarget) o.target();
      Term step = a.get(0);
      Term at = scan.reverse() ? o.sub(o.sub(a.get(1), step), o.scalar(1)) : step;
      List<Term> arguments = new ArrayList<>(a.subList(2, 2 + carries));
      for (Term s : a.subList(2 + carries, 2 + carries + sequences)) {
        arguments.add(o.row(s, at));
      }
      arguments.addAll(a.subList(2 + carries + sequences, lists));
      List<Term> given = scan.body().apply(o, arguments);
      List<Term> next = new ArrayList<>(a);
      next.set(0, o.add(step, o.scalar(1)));
      for (int i = 0; i < carries; i++) {
        next.set(2 + i, given.get(i));
      }
      for (int i = 0; i < results; i++) {
        OpCall set = new OpCall("TensorListSetItem")
            .dtype("element_dtype", scan.results().get(i).dtype());
        List<Term> item = List.of(a.get(lists + i), at, given.get(carries + i));
        next.set(lists + i, GraphTerm.list(in.emit(set, item, 1).get(0)));
      }
      return next;
    };
    List<Term> last = loop(state, condition, body);
    List<Term> out = new ArrayList<>(last.subList(2, 2 + carries));
    for (int i = 0; i < results; i++) {
      TensorSpec s = scan.results().get(i);
      OpCall stack = new OpCall("TensorListStack").dtype("element_dtype", s.dtype());
      Shape stacked = s.shape().insert(0, scan.steps());
      out.addAll(apply(
          stack,
          List.of(last.get(lists + i), ops.ints(s.shape())),
          List.of(new TensorSpec(stacked, s.dtype()))));
    }
    return out;
  }
}
