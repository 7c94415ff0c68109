package org.keras4j.ops.internal.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Scan;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * A scan run forward such that it can be run back. One step, forward and back, is traced as one graph; what
 * needs no cotangent is the forward step, and what the rest takes from it is stacked by the forward scan
 * and stepped over by the backward scan. What does not change from step to step is computed once.
 */
final class ScanPullback implements Pullback.Back {
  private final Scan scan;
  private final List<Tensor> inputs;
  private final int carries;
  private final int sequences;
  private final List<Integer> carryAt = new ArrayList<>(); // differentiable carries
  private final List<Integer> stackAt = new ArrayList<>(); // differentiable stacked results
  private final List<Integer> wantedSequences = new ArrayList<>();
  private final List<Integer> wantedConstants = new ArrayList<>();
  private final List<Value> stacked = new ArrayList<>(); // handed over step by step
  private final List<Value> invariant = new ArrayList<>(); // handed over once
  private final Graph joint;
  private final int results;
  private final List<Tensor> outputs;
  private final List<Tensor> handed;

  ScanPullback(Scan scan, List<Tensor> inputs, boolean[] active) {
    this.scan = scan;
    this.inputs = inputs;
    this.carries = scan.carries();
    this.sequences = scan.sequences();
    List<TensorSpec> in = scan.body().inputSpecs();
    List<TensorSpec> out = scan.body().outputSpecs();
    this.results = out.size();
    for (int i = 0; i < results; i++) {
      if (out.get(i).dtype().isDifferentiable()) {
        (i < carries ? carryAt : stackAt).add(i);
      }
    }
    for (int i = carries; i < in.size(); i++) {
      if (active[i]) {
        (i < carries + sequences ? wantedSequences : wantedConstants).add(i);
      }
    }
    this.joint = trace(in, out);
    Graph forward = split();
    List<Tensor> all =
        Engine.bind(new Scan(forward, carries, sequences, scan.length(), scan.reverse()), inputs);
    this.outputs = all.subList(0, results);
    this.handed = all.subList(results, all.size());
  }

  List<Tensor> outputs() {
    return outputs;
  }

  /** Body results, then the cotangents of carries, sequences' slices and constants. */
  private Graph trace(List<TensorSpec> in, List<TensorSpec> out) {
    List<TensorSpec> specs = new ArrayList<>(in);
    carryAt.forEach(i -> specs.add(out.get(i)));
    stackAt.forEach(i -> specs.add(out.get(i)));
    Set<Integer> wanted = new LinkedHashSet<>(carryAt);
    wanted.addAll(wantedSequences);
    wanted.addAll(wantedConstants);
    return Trace.subgraph(specs, new ArrayList<>(), args -> {
      Pullback step = new Pullback(scan.body(), args.subList(0, in.size()), wanted);
      Tensor[] cts = new Tensor[results];
      int k = in.size();
      for (int i : carryAt) {
        cts[i] = args.get(k++);
      }
      for (int i : stackAt) {
        cts[i] = args.get(k++);
      }
      List<@Nullable Tensor> back = step.apply(Arrays.asList(cts));
      List<Tensor> all = new ArrayList<>(step.outputs());
      for (int i : wanted) {
        all.add(back.get(i) != null ? back.get(i) : Prims.zerosLike(args.get(i)));
      }
      return all;
    });
  }

  /** Finds what to hand over; returns the forward step, which gives it besides its results. */
  private Graph split() {
    int primal = scan.body().inputs().size();
    Set<Value> late =
        new LinkedHashSet<>(joint.inputs().subList(primal, joint.inputs().size()));
    Set<Value> stepwise = new LinkedHashSet<>(joint.inputs().subList(0, carries + sequences));
    Set<Value> handedOver = new LinkedHashSet<>();
    for (Node n : joint.nodes()) {
      if (n.inputs().stream().anyMatch(late::contains)) {
        late.addAll(n.outputs());
        n.inputs().stream().filter(v -> !late.contains(v)).forEach(handedOver::add);
      } else if (n.inputs().stream().anyMatch(stepwise::contains)) {
        stepwise.addAll(n.outputs());
      }
    }
    for (Value v : joint.outputs().subList(results, joint.outputs().size())) {
      if (!late.contains(v)) {
        handedOver.add(v);
      }
    }
    List<Value> sequence = joint.inputs().subList(carries, carries + sequences);
    for (Value v : handedOver) {
      if (!stepwise.contains(v)) {
        invariant.add(v);
      } else if (!sequence.contains(v)) {
        stacked.add(v);
      }
    }
    List<Value> wanted = new ArrayList<>(joint.outputs().subList(0, results));
    wanted.addAll(stacked);
    return Subgraph.of(joint.inputs().subList(0, primal), wanted);
  }

  @Override
  public List<@Nullable Tensor> apply(List<@Nullable Tensor> cotangents, boolean[] wanted) {
    int primal = inputs.size();
    List<Value> sequence = joint.inputs().subList(carries, carries + sequences);
    // the backward step: cotangents of carries and sums for constants; slices; what stays the same
    List<Tensor> args = new ArrayList<>();
    for (int i : carryAt) {
      args.add(orZeros(cotangents.get(i), outputs.get(i)));
    }
    for (int i : wantedConstants) {
      args.add(Prims.zerosLike(inputs.get(i)));
    }
    int state = args.size();
    for (int i : stackAt) {
      args.add(orZeros(cotangents.get(i), outputs.get(i)));
    }
    args.addAll(handed);
    args.addAll(inputs.subList(carries, carries + sequences));
    int steps = args.size() - state;
    List<Tensor> same = once(primal);
    args.addAll(same);

    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> map = new HashMap<>();
    List<Value> late = joint.inputs().subList(primal, joint.inputs().size());
    for (int i = 0; i < carryAt.size(); i++) {
      map.put(late.get(i), b.input(late.get(i).spec()));
    }
    List<Value> sums = new ArrayList<>();
    for (int i : wantedConstants) {
      sums.add(b.input(inputs.get(i).spec()));
    }
    for (int i = carryAt.size(); i < late.size(); i++) {
      map.put(late.get(i), b.input(late.get(i).spec()));
    }
    for (Value v : stacked) {
      map.put(v, b.input(v.spec()));
    }
    for (Value v : sequence) {
      map.put(v, b.input(v.spec()));
    }
    for (Value v : invariant) {
      map.put(v, b.input(v.spec()));
    }
    List<Value> back =
        Subgraph.copy(b, map, joint.outputs().subList(results, joint.outputs().size()));
    // in the order of trace(): carries, sequences, constants
    int c = carryAt.size();
    int q = wantedSequences.size();
    List<Value> out = new ArrayList<>(back.subList(0, c));
    for (int i = 0; i < sums.size(); i++) {
      out.add(b.add1(new Binary(BinaryKind.ADD), sums.get(i), back.get(c + q + i)));
    }
    out.addAll(back.subList(c, c + q));
    List<Tensor> cts =
        Engine.bind(new Scan(b.build(out), state, steps, scan.length(), !scan.reverse()), args);
    Tensor[] result = new Tensor[primal];
    int k = 0;
    for (int i : carryAt) {
      result[i] = cts.get(k++);
    }
    for (int i : wantedConstants) {
      result[i] = cts.get(k++);
    }
    for (int i : wantedSequences) {
      result[i] = cts.get(k++);
    }
    return Arrays.asList(result);
  }

  /** The values that are the same in each step. */
  private List<Tensor> once(int primal) {
    int from = carries + sequences;
    Graph g = Subgraph.of(joint.inputs().subList(from, primal), invariant);
    return Engine.run(g, inputs.subList(from, primal));
  }

  private static Tensor orZeros(@Nullable Tensor ct, Tensor like) {
    return ct == null ? Prims.zerosLike(like) : ct;
  }
}
