package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxValue;

/** Branches and loops, whose graphs see the values around them. */
final class Control {
  private final OnnxOps o;

  Control(OnnxOps ops) {
    this.o = ops;
  }

  /** A body: from the operators of its graph and its inputs to its outputs. */
  interface Body {
    List<Term> apply(OnnxOps ops, List<Term> inputs);
  }

  private OnnxGraph graph(String name, List<TensorSpec> inputs, Body body) {
    Scope scope = new Scope(o.scope.program, o.scope);
    OnnxOps inner = new OnnxOps(scope);
    List<Term> in = new ArrayList<>();
    List<OnnxValue> takes = new ArrayList<>();
    for (TensorSpec s : inputs) {
      Term t = new Term(scope.program.name(name + "_input"), s.dtype(), s.shape(), null);
      in.add(t);
      takes.add(value(t));
    }
    List<Term> results = body.apply(inner, in);
    Set<String> made = new HashSet<>();
    for (OnnxNode n : scope.nodes) {
      made.addAll(n.outputs());
    }
    List<OnnxValue> gives = new ArrayList<>();
    for (Term t : results) {
      // a graph gives what its own nodes made, each once
      Term own = made.remove(t.name()) ? t : inner.call("Identity", t.dtype(), t.shape(), t);
      gives.add(value(own));
    }
    return new OnnxGraph(
        scope.program.name(name), takes, List.of(), List.copyOf(scope.nodes), gives);
  }

  private static OnnxValue value(Term t) {
    List<Object> dims = new ArrayList<>();
    for (long d : t.shape().toArray()) {
      dims.add(d < 0 ? "" : (Object) d);
    }
    return new OnnxValue(t.name(), t.dtype(), dims);
  }

  private static Body body(Graph g) {
    return (ops, in) -> new OnnxLowering(ops).apply(g, in);
  }

  private static List<TensorSpec> specs(List<Term> terms) {
    List<TensorSpec> out = new ArrayList<>();
    terms.forEach(t -> out.add(new TensorSpec(t.shape(), t.dtype())));
    return out;
  }

  List<Term> choose(Term index, List<Term> operands, List<Graph> branches, List<TensorSpec> out) {
    return choose(o, index, branches, 0, g -> (ops, in) -> body(g).apply(ops, operands), out);
  }

  private static List<Term> choose(
      OnnxOps ops,
      Term index,
      List<Graph> branches,
      int at,
      Function<Graph, Body> body,
      List<TensorSpec> out) {
    if (at == branches.size() - 1) {
      return body.apply(branches.get(at)).apply(ops, List.of());
    }
    if (out.isEmpty()) {
      return List.of();
    }
    Control c = new Control(ops);
    Term here = ops.compare("LessOrEqual", index, ops.scalar(DType.INT32, (long) at));
    OnnxGraph taken = c.graph("then", List.of(), body.apply(branches.get(at)));
    OnnxGraph rest = c.graph(
        "else", List.of(), (inner, in) -> choose(inner, index, branches, at + 1, body, out));
    Call call = new Call("If").set("then_branch", taken).set("else_branch", rest);
    return ops.all(call, List.of(here), out);
  }

  List<Term> loop(While p, List<Term> inputs) {
    int carries = p.carries();
    List<Term> first = inputs.subList(0, carries);
    List<Term> constants = inputs.subList(carries, inputs.size());
    Term go = body(p.condition()).apply(o, inputs).get(0);
    List<TensorSpec> takes = new ArrayList<>();
    takes.add(TensorSpec.of(DType.INT64));
    takes.add(TensorSpec.of(DType.BOOL));
    List<TensorSpec> specs = new ArrayList<>();
    p.body().outputSpecs().forEach(s -> specs.add(Types.stored(s)));
    takes.addAll(specs);
    OnnxGraph g = graph("loop", takes, (ops, in) -> {
      List<Term> now = new ArrayList<>(in.subList(2, in.size()));
      now.addAll(constants);
      List<Term> next = body(p.body()).apply(ops, now);
      List<Term> asked = new ArrayList<>(next);
      asked.addAll(constants);
      List<Term> out = new ArrayList<>();
      out.add(body(p.condition()).apply(ops, asked).get(0));
      out.addAll(next);
      return out;
    });
    List<@Nullable Term> in = new ArrayList<>();
    in.add(null);
    in.add(go);
    in.addAll(first);
    return o.all(new Call("Loop").set("body", g), in, specs);
  }

  /** Runs a body so many times, an int64 scalar: from the step's number and the state to the next state. */
  List<Term> repeat(Term times, List<Term> state, Body body) {
    List<TensorSpec> takes = new ArrayList<>();
    takes.add(TensorSpec.of(DType.INT64));
    takes.add(TensorSpec.of(DType.BOOL));
    takes.addAll(specs(state));
    OnnxGraph g = graph("loop", takes, (ops, in) -> {
      List<Term> now = new ArrayList<>(in);
      List<Term> out = new ArrayList<>();
      out.add(now.remove(1));
      out.addAll(body.apply(ops, now));
      return out;
    });
    List<@Nullable Term> in = new ArrayList<>();
    in.add(times);
    in.add(null);
    in.addAll(state);
    return o.all(new Call("Loop").set("body", g), in, specs(state));
  }

  List<Term> scan(Scan p, List<Term> inputs) {
    int end = p.carries() + p.sequences();
    List<Term> carries = inputs.subList(0, p.carries());
    List<Term> sequences = new ArrayList<>(inputs.subList(p.carries(), end));
    List<Term> constants = inputs.subList(end, inputs.size());
    List<TensorSpec> out = p.body().outputSpecs();
    List<TensorSpec> results = new ArrayList<>();
    out.subList(p.carries(), out.size()).forEach(s -> results.add(Types.stored(s)));
    boolean counted = sequences.isEmpty();
    if (counted) { // an operator without sequences does not know how often
      NDArray steps = NDArray.zeros(DType.BOOL, Shape.of(p.length()));
      sequences.add(o.constant(steps));
    }
    if (sequences.get(0).dim(0) == 0) {
      List<Term> all = new ArrayList<>(carries);
      for (TensorSpec r : results) {
        Shape s = r.shape().insert(0, 0);
        all.add(o.constant(NDArray.zeros(r.dtype(), known(s))));
      }
      return all;
    }
    return scan(carries, sequences, results, p.reverse(), (ops, in) -> {
      List<Term> all = new ArrayList<>(in);
      if (counted) {
        all.remove(all.size() - 1);
      }
      all.addAll(constants);
      return body(p.body()).apply(ops, all);
    });
  }

  private static Shape known(Shape s) {
    Shape k = s;
    for (int i = 0; i < k.rank(); i++) {
      k = k.dim(i) < 0 ? k.with(i, 0) : k;
    }
    return k;
  }

  /** Runs a body for each slice of sequences; gives the last carries, and the results stacked. */
  List<Term> scan(
      List<Term> carries,
      List<Term> sequences,
      List<TensorSpec> results,
      boolean reverse,
      Body body) {
    List<TensorSpec> takes = specs(carries);
    for (Term t : sequences) {
      takes.add(new TensorSpec(t.shape().slice(1), t.dtype()));
    }
    OnnxGraph g = graph("scan", takes, body);
    Call call = new Call("Scan").set("body", g).set("num_scan_inputs", (long) sequences.size());
    if (reverse) {
      call.numbers("scan_input_directions", ones(sequences.size()));
      call.numbers("scan_output_directions", ones(results.size()));
    }
    List<Term> in = new ArrayList<>(carries);
    in.addAll(sequences);
    List<TensorSpec> out = specs(carries);
    long n = sequences.get(0).dim(0);
    for (TensorSpec r : results) {
      out.add(r.withShape(r.shape().insert(0, n)));
    }
    return o.all(call, in, out);
  }

  private static long[] ones(int n) {
    long[] v = new long[n];
    java.util.Arrays.fill(v, 1);
    return v;
  }
}
