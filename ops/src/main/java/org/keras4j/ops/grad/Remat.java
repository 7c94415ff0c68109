package org.keras4j.ops.grad;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Barrier;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.autodiff.Pullback;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.engine.Traced;

/**
 * Functions that run again when their gradient is needed, so that nothing they computed is kept until then
 * ({@code keras.remat}).
 */
public final class Remat {
  private Remat() {}

  /**
   * The function, made to forget.
   *
   * @param f from a nested structure of tensors to one; it may use tensors and variables from outside, and
   *     assign variables
   */
  public static UnaryOperator<@Nullable Object> of(UnaryOperator<@Nullable Object> f) {
    return x -> call(f, x);
  }

  private static @Nullable Object call(UnaryOperator<@Nullable Object> f, @Nullable Object args) {
    if (Trace.current() == null) {
      return f.apply(args); // an eager call keeps nothing
    }
    List<Tensor> in = new ArrayList<>();
    List<Object> form = new ArrayList<>();
    for (Object leaf : Nest.flatten(args)) {
      form.add(leaf);
      if (leaf instanceof Tensor t) {
        in.add(t);
      }
    }
    List<TensorSpec> specs = new ArrayList<>();
    in.forEach(t -> specs.add(t.spec()));
    Traced.Joined joined = Traced.join(List.of(new Traced.Source(
        specs, x -> f.apply(Nest.pack(args, placed(form, x))))));
    in.addAll(joined.stateValues());
    in.addAll(joined.captures());
    Traced traced = joined.parts().get(0);
    List<Tensor> out = composite(joined.graphs().get(0)).call(Attributes.NONE, in);
    joined.assign(out.subList(traced.results(), out.size()));
    return traced.pack(out);
  }

  private static List<@Nullable Object> placed(List<Object> form, List<Tensor> tensors) {
    List<@Nullable Object> out = new ArrayList<>();
    int k = 0;
    for (Object leaf : form) {
      out.add(leaf instanceof Tensor ? tensors.get(k++) : leaf);
    }
    return out;
  }

  private static CompositeOp composite(Graph g) {
    CompositeOp.Body body = (a, in) -> Engine.run(g, in);
    int n = g.inputs().size();
    int results = g.outputs().size();
    return CompositeOp.withCustomGradient(
        "remat",
        body,
        new CompositeOp.Gradient(
            CompositeOp.of("remat_forward", body), CompositeOp.of("remat_backward", (a, in) -> {
              // not before the cotangents are there, and not merged with the first run
              List<Tensor> held = new ArrayList<>(in.subList(0, n));
              held.addAll(in.subList(n + results, in.size()));
              held = Engine.bind(new Barrier(), held);
              Set<Integer> wanted = new LinkedHashSet<>();
              for (int i = 0; i < n; i++) {
                wanted.add(i);
              }
              Pullback again = new Pullback(g, held.subList(0, n), wanted);
              List<@Nullable Tensor> cts = new ArrayList<>();
              for (int i = 0; i < results; i++) {
                cts.add(
                    g.outputs().get(i).spec().dtype().isDifferentiable() ? held.get(n + i) : null);
              }
              List<@Nullable Tensor> back = again.apply(cts);
              List<Tensor> out = new ArrayList<>();
              for (int i = 0; i < n; i++) {
                out.add(back.get(i) != null ? back.get(i) : Prims.zerosLike(in.get(i)));
              }
              return out;
            })));
  }
}
