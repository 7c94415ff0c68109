package org.keras4j.backend.xla.host;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.ControlFlow;
import org.keras4j.core.primitive.Factorization;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;

/** Which primitives run on the host, and running them there. */
public final class HostNodes {
  private HostNodes() {}

  /** Whether a primitive runs on the host: decompositions, Java code, control flow around them. */
  public static boolean isHostCall(Primitive p) {
    return p.is(Trait.HOST)
        || p instanceof Factorization f && Decompositions.has(f)
        || p.bodies().stream().anyMatch(HostNodes::any);
  }

  /** Whether a graph holds such a primitive, at any depth. */
  public static boolean any(Graph g) {
    for (Node n : g.nodes()) {
      if (isHostCall(n.primitive())
          || (n.primitive() instanceof Composite c && any(c.body(n.inputSpecs())))) {
        return true;
      }
    }
    return false;
  }

  /** Runs one. Results lie on {@code device}, or the first if that is empty. */
  public static List<BackendTensor> run(
      Backend backend,
      Primitive p,
      List<BackendTensor> inputs,
      List<TensorSpec> out,
      String device) {
    String to =
        !device.isEmpty() ? device : inputs.isEmpty() ? "" : inputs.get(0).device();
    if (p instanceof ControlFlow c) {
      return c.control(new HostControl(backend, out, to), inputs);
    }
    List<NDArray> in = new ArrayList<>(inputs.size());
    for (BackendTensor t : inputs) {
      in.add(t.toHost());
    }
    List<NDArray> results = call(p, in, out);
    List<BackendTensor> made = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      NDArray r = results.get(i);
      TensorSpec want = out.get(i);
      if (r.dtype() != want.dtype() || !r.shape().isCompatible(want.shape())) {
        throw new IllegalStateException(
            name(p) + ": result " + i + " is " + r.spec() + ", expected " + want);
      }
      made.add(backend.fromHost(r, to));
    }
    return made;
  }

  private static List<NDArray> call(Primitive p, List<NDArray> in, List<TensorSpec> out) {
    if (p instanceof HostCall h) {
      List<NDArray> r = h.body().call(in);
      if (r.size() != out.size()) {
        throw new IllegalStateException(
            h.function() + " gave " + r.size() + " results, expected " + out.size());
      }
      return r;
    }
    if (p instanceof Factorization f) {
      // in a graph with unknown dimensions these are known only now
      return Decompositions.run(f, in.get(0), p.infer(List.of(in.get(0).spec())));
    }
    throw new IllegalStateException(p.label() + ": is nothing that runs on the host");
  }

  private static String name(Primitive p) {
    return p instanceof HostCall h ? "The host function '" + h.function() + "'" : p.label();
  }
}
