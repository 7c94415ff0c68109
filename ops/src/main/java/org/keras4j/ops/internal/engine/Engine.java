package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.context.Context;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.ControlFlow;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.core.spi.MemoryWatch;

/** The one entry through which every primitive runs: into the trace in force, or on the device. */
public final class Engine {
  private static final int LARGE = 1 << 16; // bytes
  private static final Context.Key<Backend> PREFERRED = Context.Key.inherited("backend");

  private Engine() {}

  /** Applies a primitive of one result. */
  public static Tensor bind1(Primitive p, Tensor... in) {
    return bind(p, List.of(in)).get(0);
  }

  /**
   * Applies a primitive.
   *
   * @throws IllegalArgumentException if the inputs do not fit, or lie on different backends
   */
  public static List<Tensor> bind(Primitive p, List<Tensor> in) {
    Trace trace = Trace.current();
    if (trace != null) {
      return trace.bind(p, in);
    }
    if (p instanceof Composite c) {
      return ((BoundComposite) c.source()).call(in); // which asks whether it is claimed
    }
    return execute(p, in);
  }

  /**
   * Applies a graph: its primitives, one after another. Outside of a trace, large values on the way are freed when
   * the last that needs them has run.
   */
  public static List<Tensor> run(Graph g, List<Tensor> in) {
    Map<Value, Tensor> map = new HashMap<>();
    for (int i = 0; i < in.size(); i++) {
      map.put(g.inputs().get(i), in.get(i));
    }
    Map<Value, Node> last = Trace.current() == null ? lastUses(g) : Map.of();
    for (Node n : g.nodes()) {
      List<Tensor> args = new ArrayList<>(n.inputs().size());
      n.inputs().forEach(v -> args.add(map.get(v)));
      List<Tensor> out = bind(n.primitive(), args);
      for (int i = 0; i < out.size(); i++) {
        map.put(n.outputs().get(i), out.get(i));
      }
      for (Value v : n.inputs()) {
        if (last.get(v) == n) {
          free(map.remove(v), map.values());
        }
      }
    }
    List<Tensor> result = new ArrayList<>(g.outputs().size());
    g.outputs().forEach(v -> result.add(map.get(v)));
    return result;
  }

  /** Of each large value that a graph computes and does not give, the last node that takes it. */
  private static Map<Value, Node> lastUses(Graph g) {
    Map<Value, Node> last = new HashMap<>();
    for (Node n : g.nodes()) {
      for (Value v : n.inputs()) {
        if (v.producer() != null && !(v.spec().shape().isKnown() && v.spec().bytes() < LARGE)) {
          last.put(v, n);
        }
      }
    }
    last.keySet().removeAll(g.outputs());
    return last;
  }

  // a primitive may have given what it got
  private static void free(@Nullable Tensor t, Collection<Tensor> others) {
    if (t instanceof EagerTensor e
        && others.stream().noneMatch(o -> o instanceof EagerTensor x && x.isSame(e))) {
      e.close();
    }
  }

  private static List<Tensor> execute(Primitive p, List<Tensor> in) {
    Backend backend = null;
    List<TensorSpec> specs = new ArrayList<>(in.size());
    List<BackendTensor> handles = new ArrayList<>(in.size());
    for (Tensor t : in) {
      EagerTensor e = eager(t);
      if (backend == null) {
        backend = e.backend();
      } else if (backend != e.backend()) {
        throw new IllegalArgumentException(
            "inputs lie on two backends, '" + backend.name() + "' and '"
                + e.backend().name() + "'; move one with ops.convertToTensor(x.toNDArray())");
      }
      specs.add(t.spec());
      handles.add(e.handle());
    }
    List<TensorSpec> out = p.infer(specs);
    if (p instanceof ControlFlow c) {
      return EagerControl.run(c, in, out);
    }
    Backend b = backend == null ? backend() : backend;
    NDArray literal = p.literal();
    if (literal != null) {
      return List.of(toDevice(b, literal));
    }
    if (p instanceof HostCall h) {
      return hostCall(b, h, handles);
    }
    List<BackendTensor> results = b.execute(p, handles, out);
    List<Tensor> tensors = new ArrayList<>(results.size());
    for (BackendTensor r : results) {
      tensors.add(new EagerTensor(b, r));
    }
    return tensors;
  }

  private static EagerTensor eager(Tensor t) {
    if (t instanceof EagerTensor e) {
      return e;
    }
    if (t instanceof SparseTensor s) {
      throw SparseForms.refusal(s);
    }
    if (t instanceof KerasTensor) {
      throw new IllegalArgumentException(
          t + " is symbolic; only layers and functions of ops take it");
    }
    throw new IllegalStateException("a tensor " + t.spec()
        + " of a finished trace is used: a value computed while"
        + " tracing was kept outside it; return it, or assign it to a Variable");
  }

  private static List<Tensor> hostCall(Backend b, HostCall h, List<BackendTensor> in) {
    List<NDArray> arrays = new ArrayList<>(in.size());
    for (BackendTensor t : in) {
      arrays.add(t.toHost());
    }
    List<Tensor> tensors = new ArrayList<>();
    for (NDArray result : HostRun.run(h, arrays)) {
      tensors.add(toDevice(b, result));
    }
    return tensors;
  }

  /** The array as an eager tensor of the backend. */
  public static EagerTensor toDevice(Backend b, NDArray a) {
    String device = Keras.device();
    return new EagerTensor(b, b.fromHost(a, device.isEmpty() ? b.devices().get(0) : device));
  }

  /** The array as an eager tensor of the backend, on several of its devices if there is a placement. */
  public static EagerTensor toDevice(Backend b, NDArray a, @Nullable Placement placement) {
    return placement == null ? toDevice(b, a) : new EagerTensor(b, b.fromHost(a, placement));
  }

  /** The structure with its eager tensors as arrays on the host, waited for together; sparse ones as sparse arrays. */
  public static @Nullable Object toHost(@Nullable Object structure) {
    List<EagerTensor> tensors = new ArrayList<>();
    Nest.map(structure, x -> x instanceof EagerTensor e && tensors.add(e) ? null : x);
    Iterator<NDArray> arrays = toHost(tensors).iterator();
    return Nest.map(
        structure,
        x -> x instanceof EagerTensor
            ? arrays.next()
            : x instanceof SparseTensor s ? s.toSparseArray() : x);
  }

  private static List<NDArray> toHost(List<EagerTensor> tensors) {
    if (tensors.size() > 1) {
      Backend b = tensors.get(0).backend();
      if (tensors.stream().allMatch(t -> t.backend() == b)) {
        return b.toHost(tensors.stream().map(EagerTensor::handle).toList());
      }
    }
    return tensors.stream().map(EagerTensor::toNDArray).toList();
  }

  /**
   * An array of zeros to be filled here and made a tensor.
   *
   * @throws MemoryLimitException if the backend could not hold it
   */
  public static NDArray hostArray(DType dtype, Shape shape) {
    MemoryWatch.requireHost(backend().name(), new TensorSpec(shape, dtype));
    return NDArray.zeros(dtype, shape);
  }

  /** Refuses what the backend could not hold, before smaller things are made that lead to it. */
  public static void requireRoom(TensorSpec spec) {
    MemoryWatch.requireHost(backend().name(), spec);
  }

  /** The array as a tensor: a literal of the trace in force, or on the device. */
  public static Tensor constant(NDArray a) {
    return bind1(new ArrayConstant(a));
  }

  /** The backend that a function is being traced or run for. */
  public static Backend backend() {
    Trace trace = Trace.current();
    if (trace != null) {
      return trace.backend();
    }
    Backend b = PREFERRED.get();
    return b == null ? Keras.backend() : b;
  }

  /** Whether a backend runs a composite by a kernel of its own, and may. */
  public static boolean claims(Backend b, Composite c, List<TensorSpec> inputs) {
    return Keras.claims() && b.claims(c, inputs);
  }

  /** The backend set by {@link #on}, or null. */
  static @Nullable Backend preferred() {
    return PREFERRED.get();
  }

  /** Runs with literals and new tensors going to this backend; null for the one in use. */
  public static <R extends @Nullable Object> R on(@Nullable Backend backend, Supplier<R> body) {
    Backend before = PREFERRED.get();
    if (backend == before || backend == null) {
      return body.get();
    }
    return PREFERRED.with(backend, body);
  }

  /** The backend on which the first of these lies; null if none lies on any yet. */
  public static @Nullable Backend backendOf(List<Tensor> tensors, List<Variable> variables) {
    for (Tensor t : tensors) {
      if (t instanceof EagerTensor e) {
        return e.backend();
      }
    }
    for (Variable v : variables) {
      if (v.isInitialized()) {
        return v.eager().backend();
      }
    }
    return null;
  }
}
