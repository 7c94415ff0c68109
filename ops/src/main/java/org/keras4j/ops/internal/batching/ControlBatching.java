package org.keras4j.ops.internal.batching;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/** Batching rules of branches, loops and composites. */
final class ControlBatching {
  private ControlBatching() {}

  private static List<TensorSpec> specs(List<Tensor> tensors) {
    List<TensorSpec> out = new ArrayList<>();
    tensors.forEach(t -> out.add(t.spec()));
    return out;
  }

  /** A graph on inputs that have the batch's axis where {@code each} says; so have all results. */
  private static List<Tensor> all(Graph g, List<Tensor> in, List<Boolean> each) {
    List<Batch> args = new ArrayList<>();
    Tensor like = null;
    for (int i = 0; i < in.size(); i++) {
      args.add(new Batch(in.get(i), each.get(i)));
      like = like == null && each.get(i) ? in.get(i) : like;
    }
    Tensor some = java.util.Objects.requireNonNull(like);
    List<Tensor> out = new ArrayList<>();
    Batching.run(g, args, some).forEach(b -> out.add(b.spread(some)));
    return out;
  }

  private static List<Boolean> flags(List<Batch> batches) {
    List<Boolean> out = new ArrayList<>();
    batches.forEach(b -> out.add(b.each()));
    return out;
  }

  private static List<Tensor> tensors(List<Batch> batches) {
    List<Tensor> out = new ArrayList<>();
    batches.forEach(b -> out.add(b.tensor()));
    return out;
  }

  static List<Batch> caseOf(Case p, Batching.Site s) {
    List<Batch> operands = s.inputs().subList(1, s.inputs().size());
    if (!s.each(0)) {
      List<Graph> branches = new ArrayList<>();
      for (Graph g : p.branches()) {
        branches.add(Trace.subgraph(
            specs(tensors(operands)), new ArrayList<>(), in -> all(g, in, flags(operands))));
      }
      return Batching.each(Engine.bind(new Case(branches), tensors(s.inputs())));
    }
    // elements take different branches: run all, choose
    int n = p.branches().size();
    Tensor index = Prims.max(
        Prims.min(s.tensor(0), Prims.scalar(DType.INT32, n - 1L)), Prims.scalar(DType.INT32, 0L));
    List<Batch> chosen = null;
    for (int i = 0; i < n; i++) {
      List<Batch> out = Batching.run(p.branches().get(i), operands, s.like());
      if (chosen == null) {
        chosen = out;
        continue;
      }
      Batch here = Batch.each(Prims.eq(index, Prims.scalar(DType.INT32, (long) i)));
      List<Batch> next = new ArrayList<>();
      for (int k = 0; k < out.size(); k++) {
        next.add(pick(here, out.get(k), chosen.get(k)));
      }
      chosen = next;
    }
    return java.util.Objects.requireNonNull(chosen);
  }

  private static Batch pick(Batch where, Batch yes, Batch no) {
    int rank = Math.max(yes.rank(), no.rank());
    return Batch.each(Prims.select(where.aligned(rank), yes.aligned(rank), no.aligned(rank)));
  }

  /** Runs until no element goes on; those that are done keep their state. */
  static List<Batch> whileLoop(While p, Batching.Site s) {
    int carries = p.carries();
    List<Tensor> in = new ArrayList<>();
    List<Boolean> each = new ArrayList<>();
    for (int i = 0; i < s.inputs().size(); i++) {
      in.add(i < carries ? s.spread(i) : s.tensor(i));
      each.add(i < carries || s.each(i));
    }
    Graph condition = Trace.subgraph(
        specs(in),
        new ArrayList<>(),
        x -> List.of(Prims.reduce(ReduceKind.OR, all(p.condition(), x, each).get(0), 0)));
    Graph body = Trace.subgraph(specs(in), new ArrayList<>(), x -> {
      Batch on = Batch.each(all(p.condition(), x, each).get(0));
      List<Tensor> next = all(p.body(), x, each);
      List<Tensor> out = new ArrayList<>();
      for (int i = 0; i < carries; i++) {
        out.add(pick(on, Batch.each(next.get(i)), Batch.each(x.get(i))).tensor());
      }
      return out;
    });
    return Batching.each(Engine.bind(new While(condition, body, carries, p.maximum()), in));
  }

  static List<Batch> scan(Scan p, Batching.Site s) {
    int carries = p.carries();
    int end = carries + p.sequences();
    List<Tensor> in = new ArrayList<>();
    List<TensorSpec> step = new ArrayList<>();
    List<Boolean> each = new ArrayList<>();
    for (int i = 0; i < s.inputs().size(); i++) {
      boolean sequence = i >= carries && i < end;
      Tensor t = i < carries
          ? s.spread(i)
          : sequence && s.each(i) ? IndexBatching.moved(s.tensor(i), 0, 1) : s.tensor(i);
      in.add(t);
      each.add(i < carries || s.each(i));
      step.add(sequence ? t.spec().withShape(t.shape().slice(1)) : t.spec());
    }
    Graph body = Trace.subgraph(step, new ArrayList<>(), x -> all(p.body(), x, each));
    List<Tensor> out =
        Engine.bind(new Scan(body, carries, p.sequences(), p.length(), p.reverse()), in);
    List<Batch> result = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      result.add(Batch.each(i < carries ? out.get(i) : IndexBatching.moved(out.get(i), 1, 0)));
    }
    return result;
  }

  /** Through the body; a composite with its own gradient keeps it. */
  static List<Batch> composite(Composite p, Batching.Site s) {
    CompositeOp op = CompositeOp.of(p);
    List<TensorSpec> specs = new ArrayList<>();
    s.inputs().forEach(b -> specs.add(b.tensor().spec().withShape(b.shape())));
    if (!op.hasCustomGradient()) {
      return Batching.run(p.body(specs), s.inputs(), s.like());
    }
    int n = s.inputs().size();
    int results = p.infer(specs).size();
    List<Boolean> each = flags(s.inputs());
    CompositeOp.Gradient g = java.util.Objects.requireNonNull(op.gradient());
    CompositeOp.Body body = batched(op, p.attributes(), each);
    CompositeOp wide = CompositeOp.withCustomGradient(
        op.name() + "_batched",
        body,
        new CompositeOp.Gradient(
            CompositeOp.of(
                g.forward().name() + "_batched", batched(g.forward(), p.attributes(), each)),
            CompositeOp.of(g.backward().name() + "_batched", (a, in) -> {
              // results, residuals and cotangents have the batch's axis
              List<Boolean> flags = new ArrayList<>(each);
              while (flags.size() < in.size()) {
                flags.add(true);
              }
              List<Tensor> back = batched(g.backward(), p.attributes(), flags).apply(a, in);
              List<Tensor> out = new ArrayList<>();
              for (int i = 0; i < n; i++) {
                out.add(each.get(i) ? back.get(i) : total(back.get(i), specs.get(i)));
              }
              return out;
            })));
    List<Tensor> out = wide.call(Attributes.NONE, tensors(s.inputs()));
    return Batching.each(out.subList(0, results));
  }

  // what all elements share gets the sum of their cotangents; a scalar stands for none
  private static Tensor total(Tensor ct, TensorSpec of) {
    return of.dtype().isDifferentiable() ? Prims.sum(ct, 0) : ct;
  }

  private static CompositeOp.Body batched(
      CompositeOp op, Attributes attributes, List<Boolean> each) {
    return (a, in) -> {
      List<TensorSpec> specs = new ArrayList<>();
      for (int i = 0; i < in.size(); i++) {
        specs.add(
            each.get(i)
                ? in.get(i).spec().withShape(in.get(i).shape().slice(1))
                : in.get(i).spec());
      }
      return all(op.graph(attributes, specs), in, each);
    };
  }
}
