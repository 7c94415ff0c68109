package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Trait;

/**
 * What of a function being traced runs on the host beforehand: the host calls whose inputs come, by way of
 * nothing but such calls and changes of form, from arrays among the arguments. They run as they are traced, so
 * that the shapes of their results are known, and the results become inputs of the graph.
 */
public final class HostPart {
  private final Trace trace;
  private final HostRun run;
  private final List<HostRun.Call> calls = new ArrayList<>();
  private final List<TracedTensor> results = new ArrayList<>();
  private final List<Guard> guards = new ArrayList<>();

  /** Something that a trace depends on, and its value at that time. */
  public record Guard(Supplier<?> source, @Nullable Object value) {
    public boolean holds() {
      return java.util.Objects.equals(source.get(), value);
    }
  }

  /**
   * The part of a trace.
   *
   * @param run the arguments, with the results of as many calls as have run on them already
   */
  HostPart(Trace trace, HostRun run) {
    this.trace = trace;
    this.run = run;
  }

  /** The argument at a place among the arrays, as an input of the trace. */
  public TracedTensor argument(int index) {
    TensorSpec s = run.argument(index).spec();
    return trace.input(s, new HostValue.Argument(index, s));
  }

  public List<HostRun.Call> calls() {
    return calls;
  }

  /** The results that became inputs of the trace. */
  public List<TracedTensor> results() {
    return results;
  }

  HostRun run() {
    return run;
  }

  void guard(Supplier<?> source) {
    guards.add(new Guard(source, source.get()));
  }

  public List<Guard> guards() {
    return guards;
  }

  /**
   * Applies a primitive, if it is for the host.
   *
   * @param where the trace that it is bound in
   */
  @Nullable
  List<Tensor> bind(Trace where, Primitive p, List<Tensor> in) {
    if (in.isEmpty()) {
      return null;
    }
    List<HostValue> values = new ArrayList<>(in.size());
    List<TensorSpec> specs = new ArrayList<>(in.size());
    for (Tensor t : in) {
      HostValue v = known(t, p.is(Trait.HOST));
      if (v == null) {
        return null;
      }
      values.add(v);
      specs.add(v.spec());
    }
    boolean strings = specs.stream().anyMatch(s -> s.dtype() == DType.STRING);
    if (p instanceof HostCall call) {
      // in a branch or loop it may not be meant to run at all, but strings go nowhere else
      return strings || !where.isConditional() ? called(call, values) : null;
    }
    if (!HostForms.knows(p, specs)) {
      return null;
    }
    TensorSpec spec = p.infer(specs).get(0);
    HostValue.Formed formed = new HostValue.Formed(p, values, spec);
    return List.of(strings ? trace.input(spec, formed) : where.bound(p, in, formed));
  }

  private static @Nullable HostValue known(Tensor t, boolean literals) {
    if (!(t instanceof TracedTensor traced)) {
      return null;
    }
    NDArray literal = literals && traced.host() == null ? traced.constant() : null;
    return literal != null ? new HostValue.Literal(literal) : traced.host();
  }

  private List<Tensor> called(HostCall function, List<HostValue> inputs) {
    int at = calls.size();
    HostRun.Call call = new HostRun.Call(function, inputs);
    List<NDArray> out = run.results(at, call);
    calls.add(call);
    List<Tensor> tensors = new ArrayList<>(out.size());
    for (int i = 0; i < out.size(); i++) {
      TensorSpec s = out.get(i).spec();
      TracedTensor t = trace.input(s, new HostValue.Result(at, i, s));
      results.add(t);
      tensors.add(t);
    }
    return tensors;
  }
}
