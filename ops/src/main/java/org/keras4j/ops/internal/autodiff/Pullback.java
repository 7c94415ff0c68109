package org.keras4j.ops.internal.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.While;
import org.keras4j.core.spi.Backend;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * A graph run forward at given inputs, ready to carry cotangents of its outputs back to its inputs.
 * Everything it computes is bound anew, so it works eagerly and inside a trace, and can be differentiated
 * again.
 */
public final class Pullback {
  /** A value of the run; one tensor may stand for several. */
  private record Var(int id, Tensor tensor, boolean active) {}

  /** From cotangents of outputs (null for zero) and the inputs for which one is wanted to theirs. */
  @FunctionalInterface
  interface Back {
    List<@Nullable Tensor> apply(List<@Nullable Tensor> cotangents, boolean[] wanted);
  }

  private record Entry(Primitive primitive, List<Var> inputs, List<Var> outputs, Back back) {}

  private final List<Entry> tape = new ArrayList<>();
  private final List<Var> inputs = new ArrayList<>();
  private final List<Var> outputs;
  private int count;

  /**
   * Runs the graph.
   *
   * @param inputs one a graph input
   * @param wanted which inputs a gradient will be asked for
   */
  public Pullback(Graph g, List<Tensor> inputs, Set<Integer> wanted) {
    for (int i = 0; i < inputs.size(); i++) {
      this.inputs.add(variable(inputs.get(i), wanted.contains(i)));
    }
    this.outputs = run(g, this.inputs);
  }

  /** The graph's results. */
  public List<Tensor> outputs() {
    return tensors(outputs);
  }

  private Var variable(Tensor t, boolean active) {
    return new Var(count++, t, active && t.dtype().isDifferentiable());
  }

  private static List<Tensor> tensors(List<Var> vars) {
    List<Tensor> out = new ArrayList<>(vars.size());
    for (Var v : vars) {
      out.add(v.tensor);
    }
    return out;
  }

  private List<Var> run(Graph g, List<Var> in) {
    Map<Value, Var> map = new HashMap<>();
    for (int i = 0; i < in.size(); i++) {
      map.put(g.inputs().get(i), in.get(i));
    }
    Set<Value> needed = needed(g);
    for (Node n : g.nodes()) {
      if (n.outputs().stream().noneMatch(needed::contains)) {
        continue;
      }
      List<Var> args = new ArrayList<>(n.inputs().size());
      for (Value v : n.inputs()) {
        args.add(map.get(v));
      }
      List<Var> results = apply(n.primitive(), args);
      for (int i = 0; i < results.size(); i++) {
        map.put(n.outputs().get(i), results.get(i));
      }
    }
    List<Var> out = new ArrayList<>();
    for (Value v : g.outputs()) {
      out.add(map.get(v));
    }
    return out;
  }

  private static Set<Value> needed(Graph g) {
    Set<Value> needed = new HashSet<>(g.outputs());
    for (int i = g.nodes().size() - 1; i >= 0; i--) {
      Node n = g.nodes().get(i);
      if (n.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(n.inputs());
      }
    }
    return needed;
  }

  private List<Var> apply(Primitive p, List<Var> args) {
    List<Tensor> in = tensors(args);
    if (args.stream().noneMatch(Var::active) || p instanceof StopGradient) {
      return results(Engine.bind(p, in), false);
    }
    if (p instanceof Composite c) {
      return composite(c, args, in);
    }
    Scan scan = p instanceof Scan s ? s : p instanceof While w ? BoundedLoop.scan(w) : null;
    if (scan != null) {
      boolean[] active = new boolean[args.size()];
      for (int i = 0; i < active.length; i++) {
        active[i] = args.get(i).active;
      }
      ScanPullback run = new ScanPullback(scan, in, active);
      return record(p, args, run.outputs(), run);
    }
    List<Tensor> out = Engine.bind(p, in);
    return record(
        p, args, out, (cts, wanted) -> p.accept(Vjp.RULES, new Vjp.Site(p, in, out, cts, wanted)));
  }

  private List<Var> composite(Composite c, List<Var> args, List<Tensor> in) {
    CompositeOp op = CompositeOp.of(c);
    Attributes a = c.attributes();
    List<TensorSpec> specs = in.stream().map(Tensor::spec).toList();
    CompositeOp.Gradient own = op.gradient();
    if (own == null || !op.usesGradient(backend(in), a, in)) {
      return run(c.body(specs), args);
    }
    List<Tensor> all = own.forward().call(a, in);
    int n = c.infer(specs).size();
    List<Tensor> out = all.subList(0, n);
    List<Tensor> residuals = all.subList(n, all.size());
    return record(c, args, out, (cts, wanted) -> backward(own, a, in, out, residuals, cts));
  }

  private static Backend backend(List<Tensor> in) {
    Backend b = Engine.backendOf(in, List.of());
    return b == null || Trace.current() != null ? Engine.backend() : b;
  }

  private static List<@Nullable Tensor> backward(
      CompositeOp.Gradient own,
      Attributes a,
      List<Tensor> in,
      List<Tensor> out,
      List<Tensor> residuals,
      List<@Nullable Tensor> cts) {
    List<Tensor> all = new ArrayList<>(in);
    all.addAll(out);
    all.addAll(residuals);
    for (int i = 0; i < out.size(); i++) {
      Tensor ct = cts.get(i);
      all.add(ct == null ? Prims.zerosLike(out.get(i)) : ct);
    }
    List<Tensor> back = own.backward().call(a, all);
    Tensor[] cin = new Tensor[in.size()];
    for (int i = 0; i < cin.length; i++) {
      cin[i] = in.get(i).dtype().isDifferentiable() ? back.get(i) : null;
    }
    return Arrays.asList(cin);
  }

  private List<Var> results(List<Tensor> tensors, boolean active) {
    List<Var> out = new ArrayList<>(tensors.size());
    for (Tensor t : tensors) {
      out.add(variable(t, active));
    }
    return out;
  }

  private List<Var> record(Primitive p, List<Var> args, List<Tensor> out, Back back) {
    List<Var> vars = results(out, true);
    tape.add(new Entry(p, args, vars, back));
    return vars;
  }

  /**
   * Carries cotangents back.
   *
   * @param cotangents one an output; null for zero
   * @return one an input; null where it is zero or was not wanted
   */
  public List<@Nullable Tensor> apply(List<@Nullable Tensor> cotangents) {
    @Nullable Tensor[] sums = new Tensor[count];
    for (int i = 0; i < outputs.size(); i++) {
      add(sums, outputs.get(i), cotangents.get(i), null);
    }
    for (int k = tape.size() - 1; k >= 0; k--) {
      Entry e = tape.get(k);
      List<@Nullable Tensor> cts = new ArrayList<>(e.outputs.size());
      boolean any = false;
      for (Var out : e.outputs) {
        Tensor ct = sums[out.id];
        sums[out.id] = null;
        cts.add(ct);
        any |= ct != null;
      }
      if (!any) {
        continue;
      }
      boolean[] wanted = new boolean[e.inputs.size()];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = e.inputs.get(i).active;
      }
      List<@Nullable Tensor> back = e.back.apply(cts, wanted);
      for (int i = 0; i < wanted.length; i++) {
        add(sums, e.inputs.get(i), back.get(i), e.primitive);
      }
    }
    List<@Nullable Tensor> out = new ArrayList<>(inputs.size());
    for (Var in : inputs) {
      out.add(sums[in.id]);
    }
    return out;
  }

  private static void add(
      @Nullable Tensor[] sums, Var of, @Nullable Tensor ct, @Nullable Primitive rule) {
    if (ct == null || !of.active) {
      return;
    }
    if (ct.dtype() != of.tensor.dtype() || !ct.shape().isCompatible(of.tensor.shape())) {
      String message = "a cotangent " + ct.spec() + " for a value of " + of.tensor.spec();
      throw rule == null
          ? new IllegalArgumentException("vjp: got " + message)
          : new IllegalStateException("The gradient rule of " + rule.label() + " gave " + message);
    }
    Tensor before = sums[of.id];
    sums[of.id] = before == null ? ct : Prims.add(before, ct);
  }
}
