package org.keras4j.ops.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.VariableScope;
import org.keras4j.core.graph.Value;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.core.spi.Collectives;
import org.keras4j.distribution.Distribution;
import org.keras4j.ops.compile.Program.Kind;
import org.keras4j.ops.compile.Program.Source;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.HostPart;
import org.keras4j.ops.internal.engine.HostRun;
import org.keras4j.ops.internal.engine.HostValue;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.engine.TracedTensor;
import org.keras4j.ops.internal.partition.Split;
import org.keras4j.ops.internal.partition.StepLayout;

/**
 * A function compiled as a whole: traced once for each backend and signature (form of the arguments,
 * shapes and dtypes of their tensors and arrays, and the values of everything else in them), then run as one
 * executable. Variables it reads are inputs, variables it assigns outputs of the executable.
 *
 * <p>Tensors, {@link NDArray}s and Java's arrays of numbers among the arguments are traced tensors in the function, {@link
 * org.keras4j.core.SparseArray SparseArray}s sparse ones, whose entries are filled up to one of few numbers. Java code that works on
 * arrays alone (of strings, for instance) runs before the executable, whose inputs its results are: {@link
 * #prepare} does that in any thread, for a call that comes later.
 *
 * <p>May be called by many threads at once. Inside another trace the function is simply traced along.
 */
public final class Jit {
  private final BiFunction<List<Tensor>, @Nullable Object, Step> function;
  private final Map<Signature, HostTree> cache = new ConcurrentHashMap<>();
  private final boolean donate;
  private final boolean last;
  private boolean distributed;

  private Jit(
      BiFunction<List<Tensor>, @Nullable Object, Step> function, boolean donate, boolean last) {
    this.function = function;
    this.donate = donate;
    this.last = last;
  }

  /**
   * A call's result, and the state after it.
   *
   * @param state as many tensors as were given, of the same shapes and dtypes
   */
  public record Step(List<Tensor> state, @Nullable Object output) {}

  /**
   * Compiles a function of a nested structure to a nested structure, both of lists, maps, tensors and arrays; what
   * is neither tensor nor array is a constant of the compiled function.
   */
  public static Jit of(UnaryOperator<@Nullable Object> function) {
    return new Jit(stateless(function), false, false);
  }

  /**
   * Likewise, and lets the new values of assigned variables take the memory of the old ones. While it
   * runs, nothing else may use those variables. Of several calls in one, the last one's result is given.
   */
  public static Jit updating(UnaryOperator<@Nullable Object> function) {
    return new Jit(stateless(function), true, true);
  }

  /**
   * Compiles a function of state and arguments, whose state is given anew with each call. Of several calls in one,
   * the last one's result is given.
   */
  public static Jit stateful(BiFunction<List<Tensor>, @Nullable Object, Step> function) {
    return new Jit(function, false, true);
  }

  /**
   * {@link #stateful}, and lets the state after a call take the memory of the state before, whose tensors are closed by the
   * call: what a step changes little of, as the cache of a language model, is not copied. The shapes of the state go with
   * the arguments: where they differ, so do these, be it by a number that is a constant of the function.
   */
  public static Jit donating(BiFunction<List<Tensor>, @Nullable Object, Step> function) {
    return new Jit(function, true, true);
  }

  /**
   * From now on calls under a distribution over processes are divided among them: each takes its samples, along the first
   * axis of what it is called with, and all get the results that one process would have had. Every process makes the same
   * calls. Calls under a distribution over several devices of this process run on all of them, laid out as it says.
   *
   * @return this function
   */
  public Jit distributed() {
    this.distributed = true;
    return this;
  }

  private @Nullable Split split(Arguments a) {
    Distribution d = distributed ? Distribution.distribution() : null;
    Collectives group = d == null ? null : d.collectives();
    if (group == null || group.size() == 1) {
      return null;
    }
    if (a.isSparse()) {
      throw new IllegalArgumentException(
          "Under a distribution data is dense: sparse arrays are not divided among processes;"
              + " SparseArray.toDense() makes one dense");
    }
    if (a.steps() > 1) {
      throw new IllegalStateException("Under a distribution each call is for one step");
    }
    // of fewer samples than processes, each works on all
    return a.samples() < group.size() ? null : new Split(group, a.samples());
  }

  private @Nullable StepLayout layout(Arguments a, Backend backend) {
    Distribution d = distributed ? Distribution.distribution() : null;
    StepLayout layout = d == null || d.collectives() != null ? null : StepLayout.of(d, a.samples());
    if (layout == null) {
      return null;
    }
    if (!backend.dividesPrograms() || !backend.devices().containsAll(layout.devices())) {
      throw new IllegalStateException("A compiled function under a distribution over "
          + layout.devices() + ", and backend '" + backend.name() + "' has " + backend.devices());
    }
    if (a.isSparse()) {
      throw new IllegalArgumentException(
          "Under a distribution data is dense: sparse arrays are not divided among devices;"
              + " SparseArray.toDense() makes one dense");
    }
    if (a.steps() > 1) {
      throw new IllegalStateException("Under a distribution each call is for one step");
    }
    return layout;
  }

  private static BiFunction<List<Tensor>, @Nullable Object, Step> stateless(
      UnaryOperator<@Nullable Object> function) {
    return (none, x) -> new Step(none, function.apply(x));
  }

  private record Signature(
      Backend backend,
      boolean claims,
      @Nullable Object form,
      @Nullable Split split,
      @Nullable StepLayout layout) {}

  // stands for a tensor in the form of results
  record Slot(int index) {}

  // stands for a sparse tensor in the form of results, whose values come after its indices
  private record SparseSlot(int index, Shape shape) {}

  // stands for an array of strings in the form of results
  record HostSlot(HostValue value) {}

  /** Calls it; the result has the structure that the function gave. */
  public @Nullable Object call(@Nullable Object arguments) {
    if (Trace.current() != null) {
      return function.apply(List.of(), arguments).output();
    }
    return call(prepare(arguments), List.of()).get(0).output();
  }

  /** Makes ready for a call: runs what is for the host, and brings to the device what is for it. */
  public Ready prepare(@Nullable Object arguments) {
    return prepare(arguments, 1, false);
  }

  /**
   * Makes ready for several calls, one after another in one executable. It does nothing yet for arguments of a form
   * that the function is not traced for: the call does it then.
   *
   * @param arguments for one call; for more, each tensor and array has a first axis of the calls
   * @param lent whether the arrays of numbers are overwritten once this returns
   */
  public Ready prepare(@Nullable Object arguments, int steps, boolean lent) {
    Arguments a = new Arguments(arguments, steps);
    Ready ready = placed(a, null);
    if (ready == null) {
      return new Ready(lent ? a.copied() : a);
    }
    return lent ? ready.independent() : ready;
  }

  /**
   * Calls it with arguments made ready.
   *
   * @param state what a {@link #stateful} function takes; empty for others
   * @return one result a call made ready; for functions that give the last one's alone, only that
   */
  public List<Step> call(Ready ready, List<? extends Tensor> state) {
    if (ready.isCurrent()) {
      return run(ready, state);
    }
    try (Ready again = java.util.Objects.requireNonNull(placed(ready.arguments(), state))) {
      return run(again, state);
    }
  }

  /** The arguments placed; null if a function is not traced for them yet, and no state is given to trace it. */
  private @Nullable Ready placed(Arguments a, @Nullable List<? extends Tensor> state) {
    Backend backend = a.backend();
    Signature signature =
        new Signature(backend, Keras.claims(), a.form(), split(a), layout(a, backend));
    List<HostRun> runs = a.runs();
    List<Program> programs = new ArrayList<>(runs.size());
    for (HostRun run : runs) {
      HostTree tree = cache.get(signature);
      Program p = tree == null ? null : tree.walk(run);
      if (p != null && !p.holds()) {
        cache.remove(signature, tree);
        p = null;
      }
      if (p == null) {
        if (state == null) {
          return null;
        }
        p = traced(signature, a, run, state);
      }
      programs.add(p);
    }
    return new Ready(backend, a, runs, programs);
  }

  private synchronized Program traced(
      Signature signature, Arguments a, HostRun run, List<? extends Tensor> state) {
    HostTree tree = cache.get(signature);
    Program p = tree == null ? null : tree.walk(run);
    if (p != null) {
      return p;
    }
    HostTree grown = tree == null ? new HostTree() : tree;
    p = trace(signature, a, run, state, grown);
    cache.put(signature, grown);
    return p;
  }

  private Program trace(
      Signature signature, Arguments a, HostRun run, List<? extends Tensor> given, HostTree tree) {
    try (Trace trace = signature.layout == null
        ? Trace.root(signature.backend, run)
        : Trace.portable(signature.backend, run, signature.layout.mesh())) {
      Program p = program(trace, a, given, signature.split, signature.layout);
      HostPart part = java.util.Objects.requireNonNull(trace.hostPart());
      tree.add(part.calls(), run, p);
      return p;
    }
  }

  /**
   * The function as a graph for arguments, as other runtimes may run it: with nothing in it that is this backend's own. Nothing
   * runs but Java code that works on arrays alone, and nothing is kept.
   *
   * @param mesh the devices that the graph is to be divided among, for what it says of layouts; null for one device
   */
  public Lowered lowered(@Nullable Object arguments, @Nullable Mesh mesh) {
    Arguments a = new Arguments(arguments, 1);
    HostRun run = a.runs().get(0);
    try (Trace trace = Trace.portable(a.backend(), run, mesh)) {
      return Lowered.of(program(trace, a, List.of(), null, null), a, run);
    }
  }

  private Program program(
      Trace trace,
      Arguments a,
      List<? extends Tensor> given,
      @Nullable Split split,
      @Nullable StepLayout layout) {
    HostPart part = java.util.Objects.requireNonNull(trace.hostPart());
    Map<Value, Source> inputs = new HashMap<>();
    List<Tensor> state = new ArrayList<>();
    for (Tensor t : given) {
      TracedTensor in = trace.input(t.spec());
      inputs.put(in.value(), new Source(Kind.STATE, state.size()));
      state.add(in);
    }
    Object placed = a.traced(trace, part, inputs);
    Step step = function.apply(state, placed);
    List<Tensor> outputs = new ArrayList<>();
    Object structure = Nest.map(step.output(), x -> {
      if (x instanceof TracedTensor t && t.dtype() == DType.STRING && t.host() != null) {
        return new HostSlot(t.host());
      } else if (x instanceof SparseTensor s) {
        outputs.add(s.indices());
        outputs.add(s.values());
        return new SparseSlot(outputs.size() - 2, s.shape());
      } else if (x instanceof Tensor t) {
        outputs.add(t);
        return new Slot(outputs.size() - 1);
      }
      return x;
    });
    outputs.addAll(step.state());
    return new Program(
        trace, part, inputs, outputs, step.state().size(), structure, donate, last, split, layout);
  }

  private List<Step> run(Ready ready, List<? extends Tensor> state) {
    List<Step> out = new ArrayList<>();
    List<? extends Tensor> before = state;
    for (Ready.Part part : ready.parts()) {
      Step s = run(part, before);
      before = s.state;
      out.add(s);
    }
    return last && out.size() > 1 ? out.subList(out.size() - 1, out.size()) : out;
  }

  private Step run(Ready.Part part, List<? extends Tensor> state) {
    Program p = part.program();
    Backend backend = part.backend();
    boolean scoped = VariableScope.current() != null;
    if (scoped && donate) {
      throw new IllegalStateException(
          "A compiled function that updates variables in place cannot run in a StatelessScope");
    }
    List<Source> sources = p.sources();
    BackendTensor[] in = new BackendTensor[sources.size()];
    List<EagerTensor> replaced = new ArrayList<>();
    for (int i = 0; i < in.length; i++) {
      Source s = sources.get(i);
      EagerTensor t = switch (s.kind()) {
        case STATE -> laidOut((EagerTensor) state.get(s.place()), p.placement(i));
        case VARIABLE -> variable(backend, p.variables.get(s.place()), scoped, p.placement(i));
        case CAPTURE -> p.captures.get(s.place());
        case TENSOR, ARRAY, HOST ->
          java.util.Objects.requireNonNull(part.inputs().get(i));
      };
      in[i] = t.handle();
      boolean given = s.kind() == Kind.STATE || s.kind() == Kind.VARIABLE && p.assigns(s.place());
      if (donate && given) {
        replaced.add(t);
      }
    }
    List<BackendTensor> out = p.executable(part.steps()).run(Arrays.asList(in));
    List<EagerTensor> tensors = new ArrayList<>(out.size());
    out.forEach(t -> tensors.add(new EagerTensor(backend, t)));
    int assigned = p.results + p.states;
    for (int i = 0; i < p.assigned.size(); i++) {
      EagerTensor now = tensors.get(assigned + i);
      if (scoped) {
        p.assigned.get(i).assign(now);
      } else {
        p.assigned.get(i).store(now);
      }
    }
    replaced.forEach(EagerTensor::close);
    Object output = Nest.map(p.structure, x -> {
      if (x instanceof HostSlot h) {
        return h.value.in(part.run());
      } else if (x instanceof SparseSlot s) {
        return new SparseTensor(tensors.get(s.index), tensors.get(s.index + 1), s.shape);
      }
      return x instanceof Slot s ? tensors.get(s.index) : x;
    });
    return new Step(List.copyOf(tensors.subList(p.results, assigned)), output);
  }

  private static EagerTensor variable(
      Backend backend, Variable v, boolean scoped, @Nullable Placement to) {
    if (scoped) {
      return laidOut(given(v), to);
    }
    boolean made = v.isInitialized();
    EagerTensor e = v.eager();
    return e.backend() == backend && lies(e, to) ? e : move(v, backend, to, made);
  }

  private static boolean lies(EagerTensor e, @Nullable Placement to) {
    Placement now = e.handle().placement();
    return now == to || now != null && now.equals(to);
  }

  private static EagerTensor laidOut(EagerTensor e, @Nullable Placement to) {
    return lies(e, to) ? e : Engine.toDevice(e.backend(), e.toNDArray(), to);
  }

  // what a scope around the call says that the variable is
  private static EagerTensor given(Variable v) {
    if (v.value() instanceof EagerTensor e) {
      return e;
    }
    throw new IllegalStateException(
        "Variable '" + v.path() + "' has a symbolic value in this scope");
  }

  // a variable made on one backend, or for other devices, follows the arguments
  private static EagerTensor move(
      Variable v, Backend backend, @Nullable Placement to, boolean made) {
    synchronized (v) {
      EagerTensor now = v.eager();
      if (now.backend() != backend || !lies(now, to)) {
        v.store(Engine.toDevice(backend, now.toNDArray(), to));
        if (!made) {
          now.close(); // all weights together may not fit the one device that they are drawn on
        }
      }
      return v.eager();
    }
  }

  /** Forgets what was compiled, for when the function would trace differently now. */
  public void clear() {
    synchronized (this) {
      programs().forEach(Program::drop);
      cache.clear();
    }
  }

  private List<Program> programs() {
    List<Program> out = new ArrayList<>();
    cache.values().forEach(t -> out.addAll(t.programs()));
    return out;
  }

  /** What a call does, roughly; of several signatures, the most that one of them does. */
  public Work work() {
    return programs().stream().map(p -> p.work).reduce(Work.NONE, Work::max);
  }

  /** How many signatures are compiled. */
  public int size() {
    return programs().size();
  }
}
