package org.keras4j.ops.grad;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.ops.internal.autodiff.Pullback;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/** Gradients of functions written with {@code ops}: eager, or inside a trace that compiles them. */
public final class Grad {
  private Grad() {}

  /**
   * The results and gradients of one evaluation.
   *
   * @param value the function's first result
   * @param outputs all results of the function, the first, which {@code value} is, among them
   * @param grads one for each tensor or variable asked for, in order; zeros where nothing depends on it
   */
  public record Result(Tensor value, List<Tensor> outputs, List<Tensor> grads) {}

  /**
   * Results and their derivatives in one direction.
   *
   * @param outputs the function's results
   * @param tangents one a result; zeros where it does not depend on what moves
   */
  public record Directional(List<Tensor> outputs, List<Tensor> tangents) {}

  /** The value and gradient of a scalar function by its argument. */
  public static Result valueAndGrad(Function<Tensor, Tensor> f, Tensor x) {
    return valueAndGrad(in -> List.of(f.apply(in.get(0))), List.of(x), List.of());
  }

  /**
   * Value and gradients by all float arguments, and by variables that the function reads. Of complex
   * arguments it is the gradient {@code g} for which the value changes by {@code Re(g dz)}.
   *
   * <p>Variables the function assigns are assigned as usual.
   *
   * @param f its first result must be a scalar; the others are passed through: the second is {@code outputs().get(1)}
   */
  public static Result valueAndGrad(
      Function<List<Tensor>, List<Tensor>> f, List<Tensor> args, List<Variable> variables) {
    return vjp(f, args, variables, null);
  }

  /**
   * The same for results of any shape, weighted with cotangents.
   *
   * @param cotangents one a result, null entries for zero; null to take the gradient of the first, scalar
   */
  public static Result vjp(
      Function<List<Tensor>, List<Tensor>> f,
      List<Tensor> args,
      List<Variable> variables,
      @Nullable List<@Nullable Tensor> cotangents) {
    return Engine.on(Engine.backendOf(args, variables), () -> {
      Recorded r = Recorded.of(f, args, variables);
      Pullback p = new Pullback(r.graph, r.inputs, new LinkedHashSet<>(r.asked));
      r.assign(p.outputs());
      List<Tensor> outputs = p.outputs().subList(0, r.results);
      List<@Nullable Tensor> cts =
          new ArrayList<>(Collections.nCopies(p.outputs().size(), null));
      if (cotangents == null) {
        cts.set(0, Prims.scalar(scalar(outputs).dtype(), 1.0));
      } else {
        if (cotangents.size() != r.results) {
          throw new IllegalArgumentException("vjp: expected a cotangent for each of " + r.results
              + " results, got " + cotangents.size());
        }
        for (int i = 0; i < r.results; i++) {
          cts.set(i, cotangents.get(i));
        }
      }
      List<@Nullable Tensor> back = p.apply(cts);
      List<Tensor> grads = new ArrayList<>();
      for (int i : r.asked) {
        grads.add(orZeros(back.get(i), r.inputs.get(i)));
      }
      return new Result(outputs.get(0), outputs, grads);
    });
  }

  private static Tensor scalar(List<Tensor> outputs) {
    if (outputs.isEmpty()
        || !outputs.get(0).shape().equals(Shape.SCALAR)
        || !outputs.get(0).dtype().isFloat()) {
      throw new IllegalArgumentException(
          "valueAndGrad: the function must give a float scalar first, got "
              + (outputs.isEmpty() ? "nothing" : outputs.get(0).spec()));
    }
    return outputs.get(0);
  }

  /**
   * Results, and how they move when the arguments do. Forward mode is the transpose of reverse mode's
   * linear part, so whatever has a gradient twice has this.
   *
   * @param tangents one an argument, of its shape and dtype; null for one that does not move
   */
  public static Directional jvp(
      Function<List<Tensor>, List<Tensor>> f, List<Tensor> args, List<@Nullable Tensor> tangents) {
    return Engine.on(Engine.backendOf(args, List.of()), () -> {
      Recorded r = Recorded.of(f, args, List.of());
      Set<Integer> moving = new LinkedHashSet<>();
      for (int i = 0; i < args.size(); i++) {
        Tensor t = tangents.get(i);
        if (t != null) {
          if (!t.spec().equals(args.get(i).spec())) {
            throw new IllegalArgumentException(
                "jvp: expected a tangent " + args.get(i).spec() + ", got " + t.spec());
          }
          moving.add(i);
        }
      }
      List<Tensor> all = Engine.run(r.graph, r.inputs);
      r.assign(all);
      List<Tensor> outputs = all.subList(0, r.results);
      // the pullback as a function of its cotangents, which is linear
      List<Tensor> weights = new ArrayList<>();
      for (Tensor y : outputs) {
        weights.add(Prims.zerosLike(y));
      }
      Function<List<Tensor>, List<Tensor>> pull = cts -> {
        Pullback p = new Pullback(r.graph, r.inputs, moving);
        List<@Nullable Tensor> full = new ArrayList<>();
        for (int i = 0; i < p.outputs().size(); i++) {
          full.add(i < r.results && outputs.get(i).dtype().isDifferentiable() ? cts.get(i) : null);
        }
        List<@Nullable Tensor> back = p.apply(full);
        List<Tensor> out = new ArrayList<>();
        moving.forEach(i -> out.add(orZeros(back.get(i), r.inputs.get(i))));
        return out;
      };
      Recorded linear = Recorded.of(pull, weights, List.of());
      Pullback forward = new Pullback(linear.graph, linear.inputs, first(weights.size()));
      List<@Nullable Tensor> cts = new ArrayList<>();
      moving.forEach(i -> cts.add(tangents.get(i)));
      List<@Nullable Tensor> moved = forward.apply(cts);
      List<Tensor> out = new ArrayList<>();
      for (int i = 0; i < r.results; i++) {
        out.add(orZeros(moved.get(i), outputs.get(i)));
      }
      return new Directional(outputs, out);
    });
  }

  private static Set<Integer> first(int n) {
    Set<Integer> out = new LinkedHashSet<>();
    for (int i = 0; i < n; i++) {
      out.add(i);
    }
    return out;
  }

  private static Tensor orZeros(@Nullable Tensor ct, Tensor like) {
    return ct == null ? Prims.zerosLike(like) : ct;
  }

  /**
   * A function as a graph, with the values of its inputs: arguments, variables asked for, what it uses from
   * outside. Assigned variables' values are outputs after the results.
   *
   * @param asked for each argument and variable which input it is
   */
  private record Recorded(
      Graph graph, List<Tensor> inputs, List<Integer> asked, int results, List<Variable> assigned) {
    static Recorded of(
        Function<List<Tensor>, List<Tensor>> f, List<Tensor> args, List<Variable> variables) {
      List<Tensor> inputs = new ArrayList<>(args);
      List<Integer> asked = new ArrayList<>(first(args.size()));
      Map<Variable, Integer> places = new LinkedHashMap<>();
      for (Variable v : variables) {
        if (!places.containsKey(v)) {
          places.put(v, inputs.size());
          inputs.add(v.value());
        }
        asked.add(places.get(v));
      }
      try (Trace t = Trace.nested()) {
        List<Tensor> in = new ArrayList<>();
        args.forEach(a -> in.add(t.input(a.spec())));
        places.keySet().forEach(v -> t.hold(v, t.input(v.spec())));
        List<Tensor> out = new ArrayList<>(f.apply(in));
        int results = out.size();
        out.addAll(t.assigned().values());
        Graph g = t.graph(out);
        inputs.addAll(t.captures());
        return new Recorded(
            g, inputs, asked, results, new ArrayList<>(t.assigned().keySet()));
      }
    }

    void assign(List<Tensor> outputs) {
      for (int i = 0; i < assigned.size(); i++) {
        assigned.get(i).assign(outputs.get(results + i));
      }
    }
  }
}
