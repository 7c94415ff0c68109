package org.keras4j.ops.grad;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.autodiff.Subgraph;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * A function that brings its gradient along. Result and gradient are traced as one graph; what does not
 * depend on cotangents is the forward part.
 */
public final class CustomGradient {
  private CustomGradient() {}

  /**
   * What such a function gives.
   *
   * @param outputs its result: a tensor, or a nested structure
   * @param gradient from one cotangent an output (flattened) to one an argument; null for none
   */
  public record WithGradient<R>(
      R outputs, Function<List<Tensor>, List<@Nullable Tensor>> gradient) {}

  /** Calls the function; outside a trace just for its outputs. */
  @SuppressWarnings("unchecked")
  public static <R> R call(Function<List<Tensor>, WithGradient<R>> f, List<Tensor> args) {
    if (Trace.current() == null) {
      return f.apply(args).outputs;
    }
    Joint j = Joint.of(f, args);
    List<Tensor> in = new ArrayList<>(args);
    in.addAll(j.captures);
    List<Tensor> out = j.composite(args.size()).call(Attributes.NONE, in);
    return (R) Objects.requireNonNull(Nest.pack(j.structure, out), "the function's result");
  }

  /**
   * The graph of outputs and gradients.
   *
   * @param graph outputs: results, then one gradient for each of {@code given}
   * @param structure the outputs as the function gave them
   * @param inputs arguments and captures
   * @param cotangents the inputs of the gradient
   * @param given which arguments got a gradient
   */
  private record Joint(
      Graph graph,
      @Nullable Object structure,
      List<Value> inputs,
      List<Value> cotangents,
      List<Integer> given,
      List<Tensor> captures) {
    static <R> Joint of(Function<List<Tensor>, WithGradient<R>> f, List<Tensor> args) {
      try (Trace t = Trace.nested()) {
        List<Tensor> in = new ArrayList<>();
        args.forEach(a -> in.add(t.input(a.spec())));
        WithGradient<R> r = f.apply(in);
        List<Tensor> out = new ArrayList<>();
        for (Object leaf : Nest.flatten(r.outputs)) {
          out.add(ArrayLike.tensor(leaf));
        }
        List<Tensor> cts = new ArrayList<>();
        out.forEach(y -> cts.add(t.input(y.spec())));
        List<@Nullable Tensor> grads = r.gradient.apply(cts);
        if (grads.size() != args.size()) {
          throw new IllegalArgumentException("ops.custom_gradient: expected a gradient for each of "
              + args.size() + " arguments, got " + grads.size());
        }
        if (!t.assigned().isEmpty()) {
          throw new IllegalStateException(
              "ops.custom_gradient: the function assigns " + t.assigned().keySet());
        }
        List<Tensor> all = new ArrayList<>(out);
        List<Integer> given = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
          Tensor g = grads.get(i);
          if (g != null && args.get(i).dtype().isDifferentiable()) {
            if (!g.shape().isCompatible(args.get(i).shape())) {
              throw new IllegalArgumentException("ops.custom_gradient: expected a gradient "
                  + args.get(i).spec() + " for argument " + i + ", got " + g.spec());
            }
            given.add(i);
            all.add(Prims.convert(g, args.get(i).dtype()));
          }
        }
        Graph g = t.graph(all);
        List<Value> inputs = new ArrayList<>();
        in.forEach(x -> inputs.add(t.value(x)));
        inputs.addAll(t.captureInputs());
        List<Value> cotangents = new ArrayList<>();
        cts.forEach(c -> cotangents.add(t.value(c)));
        return new Joint(g, r.outputs, inputs, cotangents, given, t.captures());
      }
    }

    CompositeOp composite(int arguments) {
      int results = cotangents.size();
      List<Value> outputs = graph.outputs().subList(0, results);
      List<Value> gradients = graph.outputs().subList(results, graph.outputs().size());
      List<Value> residuals = residuals(gradients);
      List<Value> kept = new ArrayList<>(outputs);
      kept.addAll(residuals);
      Graph body = Subgraph.of(inputs, outputs);
      Graph forward = Subgraph.of(inputs, kept);
      List<Value> known = new ArrayList<>(inputs);
      known.addAll(residuals);
      known.addAll(cotangents);
      Graph backward = Subgraph.of(known, gradients);
      int n = inputs.size();
      return CompositeOp.withCustomGradient(
          "custom_gradient",
          (a, in) -> Engine.run(body, in),
          new CompositeOp.Gradient(
              CompositeOp.of("custom_gradient_forward", (a, in) -> Engine.run(forward, in)),
              CompositeOp.of("custom_gradient_backward", (a, in) -> {
                List<Tensor> args = new ArrayList<>(in.subList(0, n));
                args.addAll(in.subList(n + results, in.size())); // the outputs are not needed
                List<Tensor> back = Engine.run(backward, args);
                List<Tensor> out = new ArrayList<>();
                for (int i = 0; i < n; i++) {
                  int k = i < arguments ? given.indexOf(i) : -1;
                  out.add(k >= 0 ? back.get(k) : Prims.zerosLike(in.get(i)));
                }
                return out;
              })));
    }

    /** What the gradients take from the forward part, besides inputs. */
    private List<Value> residuals(List<Value> gradients) {
      Set<Value> late = new LinkedHashSet<>(cotangents);
      Set<Value> taken = new LinkedHashSet<>();
      for (Node node : graph.nodes()) {
        if (node.inputs().stream().anyMatch(late::contains)) {
          late.addAll(node.outputs());
          node.inputs().stream().filter(v -> !late.contains(v)).forEach(taken::add);
        }
      }
      gradients.stream().filter(v -> !late.contains(v)).forEach(taken::add);
      taken.removeAll(inputs);
      return new ArrayList<>(taken);
    }
  }
}
