package org.keras4j.ops.internal.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.While;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/** Gradient rules of branches and of loops that have none. */
final class ControlVjp {
  private ControlVjp() {}

  /** The branch taken runs again, then back. */
  static List<@Nullable Tensor> caseOf(Case p, Vjp.Site s) {
    int operands = s.inputs().size() - 1;
    Set<Integer> wanted = new LinkedHashSet<>();
    for (int i = 0; i < operands; i++) {
      if (s.wants(i + 1)) {
        wanted.add(i);
      }
    }
    List<Integer> given = new ArrayList<>();
    List<Tensor> in = new ArrayList<>(s.inputs());
    for (int i = 0; i < s.outputs().size(); i++) {
      if (s.ct(i) != null) {
        given.add(i);
        in.add(s.ct(i));
      }
    }
    List<TensorSpec> specs = new ArrayList<>();
    in.subList(1, in.size()).forEach(t -> specs.add(t.spec()));
    List<Graph> branches = new ArrayList<>();
    for (Graph g : p.branches()) {
      branches.add(
          Trace.subgraph(specs, new ArrayList<>(), args -> back(g, args, operands, wanted, given)));
    }
    List<Tensor> back = Engine.bind(new Case(branches), in);
    Tensor[] out = new Tensor[s.inputs().size()];
    int k = 0;
    for (int i : wanted) {
      out[i + 1] = back.get(k++);
    }
    return s.give(out);
  }

  private static List<Tensor> back(
      Graph g, List<Tensor> args, int operands, Set<Integer> wanted, List<Integer> given) {
    Pullback run = new Pullback(g, args.subList(0, operands), wanted);
    Tensor[] cts = new Tensor[g.outputs().size()];
    for (int i = 0; i < given.size(); i++) {
      cts[given.get(i)] = args.get(operands + i);
    }
    List<@Nullable Tensor> back = run.apply(Arrays.asList(cts));
    List<Tensor> out = new ArrayList<>();
    for (int i : wanted) {
      out.add(back.get(i) != null ? back.get(i) : Prims.zerosLike(args.get(i)));
    }
    return out;
  }

  static List<@Nullable Tensor> whileLoop(While p, Vjp.Site s) {
    throw s.missing(
        "how often a while loop runs at most is not known beforehand; give maximumIterations, use"
            + " foriLoop with fixed bounds or scan, or stopGradient on what it takes");
  }
}
