package org.keras4j.ops.custom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.ops.internal.engine.BoundComposite;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.passes.EagerBodies;

/**
 * A function with a name that a backend may claim, running one kernel of its own in place of the body.
 * Its gradient goes through the body, unless a {@link Gradient} is given and the backend claims its
 * backward part: then forward and backward are kernels.
 *
 * <p>All inputs are tensors; everything else is an attribute. Keep instances in constants.
 */
public final class CompositeOp {
  private final String name;
  private final Body body;
  private final @Nullable Gradient gradient;
  private final boolean always;
  // kept, so that a body is traced once for equal attributes and input specs
  private final Map<Attributes, Composite> primitives = new ConcurrentHashMap<>();

  private CompositeOp(String name, Body body, @Nullable Gradient gradient, boolean always) {
    this.name = name;
    this.body = body;
    this.gradient = gradient;
    this.always = always;
  }

  /** What the function computes, in primitives and other functions. */
  @FunctionalInterface
  public interface Body {
    List<Tensor> apply(Attributes attributes, List<Tensor> inputs);
  }

  /**
   * A gradient rule.
   *
   * @param forward the function's results followed by what the backward part needs besides
   * @param backward from inputs, results, the forward part's extras, and one cotangent a result, in this
   *     order: one cotangent an input; a scalar zero for an input that is not differentiable
   */
  public record Gradient(CompositeOp forward, CompositeOp backward) {}

  /** A function whose gradient goes through its body. */
  public static CompositeOp of(String name, Body body) {
    return new CompositeOp(name, body, null, false);
  }

  /** A function with a gradient for backends that claim the backward part. */
  public static CompositeOp of(String name, Body body, Gradient gradient) {
    return new CompositeOp(name, body, gradient, false);
  }

  /** A function whose gradient is always the given one, claimed or not. */
  public static CompositeOp withCustomGradient(String name, Body body, Gradient gradient) {
    return new CompositeOp(name, body, gradient, true);
  }

  /**
   * A function with a gradient for backends that claim {@code name + "_backward"}, which needs nothing but
   * inputs, results and cotangents, in this order.
   */
  public static CompositeOp differentiable(String name, Body body, Body backward) {
    return of(name, body, new Gradient(of(name, body), of(name + "_backward", backward)));
  }

  /**
   * A function with a gradient for backends that claim both {@code name + "_forward"}, which gives the
   * results followed by extras, and {@code name + "_backward"}.
   */
  public static CompositeOp differentiable(String name, Body body, Body forward, Body backward) {
    return of(
        name, body, new Gradient(of(name + "_forward", forward), of(name + "_backward", backward)));
  }

  public String name() {
    return name;
  }

  /** Whether its gradient is always the one given. */
  public boolean hasCustomGradient() {
    return always;
  }

  public @Nullable Gradient gradient() {
    return gradient;
  }

  /** Calls it on tensors. */
  public List<Tensor> call(Attributes attributes, List<Tensor> inputs) {
    Trace trace = Trace.current();
    if (trace != null) {
      if (always || trace.claims(primitive(attributes), specs(inputs))) {
        return trace.bind(primitive(attributes), inputs);
      }
      return body.apply(attributes, inputs);
    }
    if (!inputs.isEmpty() && inputs.get(0) instanceof EagerTensor first) {
      Backend b = first.backend();
      List<TensorSpec> specs = specs(inputs);
      if (claimed(b, attributes, specs)) {
        Composite c = primitive(attributes);
        List<BackendTensor> handles = new ArrayList<>(inputs.size());
        for (Tensor t : inputs) {
          if (!(t instanceof EagerTensor e) || e.backend() != b) {
            return body.apply(attributes, inputs); // whose primitives say what is wrong
          }
          handles.add(e.handle());
        }
        List<Tensor> out = new ArrayList<>();
        for (BackendTensor r : b.execute(c, handles, c.infer(specs))) {
          out.add(new EagerTensor(b, r));
        }
        return out;
      }
      if (b.prefersPrograms() && inputs.stream().allMatch(EagerTensor.class::isInstance)) {
        List<EagerTensor> in = inputs.stream().map(EagerTensor.class::cast).toList();
        List<Tensor> out = EagerBodies.run(primitive(attributes), in);
        if (out != null) {
          return out;
        }
      }
    }
    return body.apply(attributes, inputs);
  }

  /** Calls a function of one result. */
  public Tensor call1(Attributes attributes, Tensor... inputs) {
    return call(attributes, List.of(inputs)).get(0);
  }

  /** Whether a call with these inputs, here and now, is left to the backend as a whole. */
  public boolean isClaimed(Attributes attributes, List<Tensor> inputs) {
    Trace trace = Trace.current();
    if (trace != null) {
      return trace.claims(primitive(attributes), specs(inputs));
    }
    return inputs.get(0) instanceof EagerTensor e
        && claimed(e.backend(), attributes, specs(inputs));
  }

  /** Whether a backend runs it by a kernel of its own. */
  public boolean claimed(Backend b, Attributes attributes, List<TensorSpec> inputs) {
    return Engine.claims(b, primitive(attributes), inputs);
  }

  /** Whether differentiation uses {@link #gradient} on this backend. */
  public boolean usesGradient(Backend b, Attributes attributes, List<Tensor> inputs) {
    if (gradient == null) {
      return false;
    }
    if (always) {
      return true;
    }
    List<TensorSpec> specs = specs(inputs);
    if (!gradient.forward.kept(b, attributes, specs)) {
      return false;
    }
    List<TensorSpec> all = new ArrayList<>(specs);
    List<TensorSpec> results = gradient.forward.primitive(attributes).infer(specs);
    all.addAll(results);
    all.addAll(primitive(attributes).infer(specs));
    return gradient.backward.kept(b, attributes, all);
  }

  // as what is being traced has it
  private boolean kept(Backend b, Attributes attributes, List<TensorSpec> inputs) {
    Trace trace = Trace.current();
    return trace == null
        ? claimed(b, attributes, inputs)
        : trace.claims(primitive(attributes), inputs);
  }

  /** The graph of its body for inputs of these specs. */
  public Graph graph(Attributes attributes, List<TensorSpec> inputs) {
    return primitive(attributes).body(inputs);
  }

  Composite primitive(Attributes attributes) {
    return primitives.computeIfAbsent(attributes, a -> new Composite(name, a, new Bound(this, a)));
  }

  private static List<TensorSpec> specs(List<Tensor> tensors) {
    List<TensorSpec> out = new ArrayList<>(tensors.size());
    for (Tensor t : tensors) {
      out.add(t.spec());
    }
    return out;
  }

  /** The function that a composite of a graph came from. */
  public static CompositeOp of(Composite c) {
    return ((Bound) c.source()).op;
  }

  /** A function with its attributes; equal if both are. */
  private static final class Bound implements BoundComposite {
    private final CompositeOp op;
    private final Attributes attributes;
    private final Map<List<TensorSpec>, Graph> bodies = new HashMap<>();

    Bound(CompositeOp op, Attributes attributes) {
      this.op = op;
      this.attributes = attributes;
    }

    @Override
    public List<Tensor> call(List<Tensor> inputs) {
      return op.call(attributes, inputs);
    }

    @Override
    public synchronized Graph body(List<TensorSpec> inputs) {
      return bodies.computeIfAbsent(List.copyOf(inputs), in -> {
        List<Tensor> captures = new ArrayList<>();
        Graph g = Trace.subgraph(in, captures, x -> op.body.apply(attributes, x));
        if (!captures.isEmpty()) {
          throw new IllegalStateException(
              "The body of '" + op.name + "' uses tensors that are not among its inputs");
        }
        return g;
      });
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Bound b && b.op == op && b.attributes.equals(attributes);
    }

    @Override
    public int hashCode() {
      return 31 * op.name.hashCode() + attributes.hashCode();
    }

    @Override
    public String toString() {
      return op.name;
    }
  }
}
