package org.keras4j.ops.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.Variable;
import org.keras4j.core.VariableScope;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Value;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/**
 * A function compiled as a whole: traced once for each backend and signature (form of the arguments,
 * shapes and dtypes of their tensors, and the values of everything else in them), then run as one
 * executable. Variables it reads are inputs, variables it assigns outputs of the executable.
 *
 * <p>May be called by many threads at once. Inside another trace the function is simply traced along.
 */
public final class Jit {
  private final UnaryOperator<@Nullable Object> function;
  private final Map<Signature, Compiled> cache = new ConcurrentHashMap<>();
  private final boolean donate;

  private Jit(UnaryOperator<@Nullable Object> function, boolean donate) {
    this.function = function;
    this.donate = donate;
  }

  /**
   * Compiles a function of a nested structure to a nested structure, both of lists, maps and tensors; what
   * is no tensor is a constant of the compiled function.
   */
  public static Jit of(UnaryOperator<@Nullable Object> function) {
    return new Jit(function, false);
  }

  /**
   * Likewise, and lets the new values of assigned variables take the memory of the old ones. While it
   * runs, nothing else may use those variables.
   */
  public static Jit updating(UnaryOperator<@Nullable Object> function) {
    return new Jit(function, true);
  }

  private record Signature(
      Backend backend, boolean claims, @Nullable Object form) {}

  private record Compiled(
      Executable executable,
      List<Variable> variables,
      List<EagerTensor> captures,
      int[] argumentAt,
      int[] variableAt,
      int[] captureAt,
      int inputs,
      @Nullable Object structure,
      int results,
      List<Variable> assigned,
      boolean[] dead,
      Work work) {}

  // stands for a tensor in the form of arguments and results
  private record Slot(int index) {}

  /** Calls it; the result has the structure that the function gave. */
  public @Nullable Object call(@Nullable Object arguments) {
    if (Trace.current() != null) {
      return function.apply(arguments);
    }
    List<EagerTensor> tensors = new ArrayList<>();
    Object form = Nest.map(arguments, x -> specOf(x, tensors));
    Backend backend = tensors.isEmpty() ? Keras.backend() : tensors.get(0).backend();
    Signature signature = new Signature(backend, Keras.claims(), form);
    Compiled c = cache.get(signature);
    if (c == null) {
      synchronized (this) {
        c = cache.get(signature);
        if (c == null) {
          c = compile(backend, arguments);
          cache.put(signature, c);
        }
      }
    }
    return run(backend, c, tensors);
  }

  private static @Nullable Object specOf(@Nullable Object x, List<EagerTensor> tensors) {
    if (x instanceof EagerTensor e) {
      tensors.add(e);
      return e.spec();
    }
    if (x instanceof Tensor t) {
      throw new IllegalArgumentException("A compiled function takes numbers, not " + t);
    }
    return x;
  }

  private @Nullable Object run(Backend backend, Compiled c, List<EagerTensor> tensors) {
    BackendTensor[] in = new BackendTensor[c.inputs];
    for (int i = 0; i < c.argumentAt.length; i++) {
      in[c.argumentAt[i]] = tensors.get(i).handle();
    }
    for (int i = 0; i < c.captureAt.length; i++) {
      in[c.captureAt[i]] = c.captures.get(i).handle();
    }
    List<EagerTensor> held = new ArrayList<>(c.variableAt.length);
    boolean scoped = VariableScope.current() != null;
    if (scoped && donate) {
      throw new IllegalStateException(
          "A compiled function that updates variables in place cannot run in a StatelessScope");
    }
    for (int i = 0; i < c.variableAt.length; i++) {
      EagerTensor v = scoped ? given(c.variables.get(i)) : c.variables.get(i).eager();
      if (v.backend() != backend && !scoped) {
        v = move(c.variables.get(i), backend);
      }
      held.add(v);
      in[c.variableAt[i]] = v.handle();
    }
    List<BackendTensor> out = c.executable.run(Arrays.asList(in));
    for (int i = 0; i < c.assigned.size(); i++) {
      EagerTensor now = new EagerTensor(backend, out.get(c.results + i));
      if (scoped) {
        c.assigned.get(i).assign(now);
      } else {
        c.assigned.get(i).store(now);
      }
    }
    for (int i = 0; i < held.size(); i++) {
      if (c.dead[i]) {
        held.get(i).close();
      }
    }
    List<Tensor> results = new ArrayList<>(c.results);
    for (int i = 0; i < c.results; i++) {
      results.add(new EagerTensor(backend, out.get(i)));
    }
    return Nest.map(c.structure, x -> x instanceof Slot s ? results.get(s.index) : x);
  }

  // what a scope around the call says that the variable is
  private static EagerTensor given(Variable v) {
    if (v.value() instanceof EagerTensor e) {
      return e;
    }
    throw new IllegalStateException(
        "Variable '" + v.path() + "' has a symbolic value in this scope");
  }

  // a variable made on one backend follows the arguments to another
  private static EagerTensor move(Variable v, Backend backend) {
    synchronized (v) {
      EagerTensor now = v.eager();
      if (now.backend() != backend) {
        v.store(Engine.toDevice(backend, now.toNDArray()));
      }
      return v.eager();
    }
  }

  private Compiled compile(Backend backend, @Nullable Object arguments) {
    Graph g;
    Trace trace = Trace.root(backend);
    List<Tensor> results = new ArrayList<>();
    Object structure;
    int argumentCount;
    try (trace) {
      Map<Integer, Tensor> made = new LinkedHashMap<>();
      Object placed = Nest.map(arguments, x -> {
        if (x instanceof EagerTensor e) {
          Tensor t = trace.input(e.spec());
          made.put(made.size(), t);
          return t;
        }
        return x;
      });
      argumentCount = made.size();
      Object result = function.apply(placed);
      structure = Nest.map(result, x -> {
        if (x instanceof Tensor t) {
          results.add(t);
          return new Slot(results.size() - 1);
        }
        return x;
      });
      List<Tensor> outputs = new ArrayList<>(results);
      outputs.addAll(trace.assigned().values());
      g = trace.graph(outputs);
    }
    List<Variable> variables = trace.variables();
    List<Variable> assigned = new ArrayList<>(trace.assigned().keySet());
    List<EagerTensor> captures = new ArrayList<>();
    for (Tensor t : trace.captures()) {
      if (!(t instanceof EagerTensor e)) {
        throw new IllegalStateException("A compiled function uses " + t + " from outside");
      }
      TensorScope.detach(e);
      captures.add(e);
    }
    int[] argumentAt = new int[argumentCount];
    for (int i = 0; i < argumentCount; i++) {
      argumentAt[i] = i;
    }
    int[] variableAt = trace.variableInputs().stream().mapToInt(Value::index).toArray();
    int[] captureAt = trace.captureInputs().stream().mapToInt(Value::index).toArray();
    Map<Integer, Integer> donated = new HashMap<>();
    boolean[] dead = new boolean[variables.size()];
    if (donate) {
      for (int i = 0; i < assigned.size(); i++) {
        int k = variables.indexOf(assigned.get(i));
        donated.put(variableAt[k], results.size() + i);
        dead[k] = true;
      }
    }
    Graph ready = Passes.run(g, backend);
    CompileOptions options = new CompileOptions(Map.copyOf(donated), false, Keras.device());
    Executable e = Staged.needed(ready) && !backend.compilesHostCalls()
        ? new Staged(backend, ready, options)
        : backend.compile(ready, options);
    return new Compiled(
        e,
        variables,
        captures,
        argumentAt,
        variableAt,
        captureAt,
        g.inputs().size(),
        structure,
        results.size(),
        assigned,
        dead,
        Work.of(g));
  }

  /** Forgets what was compiled, for when the function would trace differently now. */
  public void clear() {
    synchronized (this) {
      cache.clear();
    }
  }

  /** What a call does, roughly; of several signatures, the most that one of them does. */
  public Work work() {
    return cache.values().stream().map(Compiled::work).reduce(Work.NONE, Work::max);
  }

  /** How many signatures are compiled. */
  public int size() {
    return cache.size();
  }
}
