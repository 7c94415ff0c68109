package org.keras4j.backend.pytorch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TupleElements;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.keras4j.backend.pytorch.lowering.GraphWriter;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.BackendException;

/**
 * A graph of ours as one function on libtorch's tensors. libtorch's automatic differentiation records what it computes, so
 * that it stands inside a training loop of libtorch like functions of its own. May be run by several threads at once.
 *
 * <p>Where a composite of the graph has a gradient of its own, libtorch differentiates its body instead.
 */
public final class TorchFunction implements AutoCloseable {
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final ScriptFunction function;
  private final List<Tensor> constants = new ArrayList<>();
  private final List<Long> callbacks = new ArrayList<>();
  private boolean closed;

  private TorchFunction(Graph graph) {
    this.inputs = graph.inputSpecs();
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("Expected a graph with inputs, got one without");
    }
    this.outputs = graph.outputSpecs();
    Script script = Script.recorded();
    List<String> results = new GraphWriter(script).writeFunction(graph, Set.of());
    String text = script.source(results);
    for (int i = 0; i < script.hostWork().size(); i++) {
      long id = HostCallbacks.register(HostWorks.callback(script.hostWork().get(i)));
      callbacks.add(id);
      text = text.replace(Script.marker(i), Long.toString(id));
    }
    try {
      function = ScriptFunction.compile(
          text, script.lines(), inputs.size() + script.constants().size(), !callbacks.isEmpty());
    } catch (RuntimeException e) {
      HostCallbacks.unregister(callbacks);
      throw Failures.wrap("Compiling a graph of " + graph.nodes().size() + " nodes", e);
    }
    for (NDArray c : script.constants()) {
      constants.add(HostMemory.copied(c));
    }
  }

  /**
   * Compiles.
   *
   * @param graph of primitives, and of composites that this backend claims
   * @throws IllegalArgumentException if it has no inputs
   * @throws BackendException if libtorch does not accept it
   */
  public static TorchFunction of(Graph graph) {
    LibTorch.version(); // loads the library
    return new TorchFunction(graph);
  }

  /** What it takes. */
  public List<TensorSpec> inputs() {
    return inputs;
  }

  /**
   * Runs it.
   *
   * @param arguments as many as {@link #inputs}, of their dtypes and shapes, on one device
   * @return the results, which the caller closes
   * @throws IllegalArgumentException if the arguments are not as {@link #inputs}
   * @throws BackendException if libtorch fails
   */
  public List<Tensor> run(List<Tensor> arguments) {
    check(arguments);
    Frame frame = Frame.enter(inputs.size() + constants.size());
    try {
      int at = 0;
      for (Tensor t : arguments) {
        try (Tensor stored = as(t, TorchTypes.storage(inputs.get(at).dtype()))) {
          put(frame, at++, stored);
        }
      }
      for (Tensor t : constants) {
        try (Tensor there = moved(t, arguments.get(0))) {
          put(frame, at++, there);
        }
      }
      function.run(frame);
      List<Tensor> out = new ArrayList<>();
      TupleElements all = outputs.size() > 1 ? frame.results() : null;
      for (int i = 0; i < outputs.size(); i++) {
        IValue value = all == null ? frame.first() : all.get(i);
        try (Tensor stored = value.toTensor()) {
          out.add(as(stored, TorchTypes.natural(outputs.get(i).dtype())));
        }
      }
      return out;
    } catch (RuntimeException e) {
      Throwable mine = HostCallbacks.takeFailure();
      if (mine instanceof Error r) {
        throw r;
      }
      throw Failures.wrap(
          "Running a function on " + inputs, mine instanceof RuntimeException r ? r : e);
    } finally {
      frame.exit();
    }
  }

  // wide unsigned integers lie in the signed type of their width
  private static Tensor as(Tensor t, ScalarType type) {
    return t.scalar_type().intern() == type ? new Tensor(t) : t.view(type);
  }

  private static void put(Frame frame, int at, Tensor t) {
    try (IValue v = new IValue(t)) {
      frame.put(at, v);
    }
  }

  private static Tensor moved(Tensor constant, Tensor like) {
    return like.is_cpu()
        ? new Tensor(constant)
        : constant.to(like.device(), constant.scalar_type());
  }

  private void check(List<Tensor> arguments) {
    if (closed) {
      throw new IllegalStateException("This function is closed");
    }
    if (arguments.size() != inputs.size()) {
      throw new IllegalArgumentException(
          "Expected " + inputs.size() + " tensors, got " + arguments.size());
    }
    for (int i = 0; i < arguments.size(); i++) {
      TensorSpec want = inputs.get(i);
      TensorSpec got = PyTorch.specOf(arguments.get(i));
      if (got.dtype() != want.dtype() || !want.shape().isCompatible(got.shape())) {
        throw new IllegalArgumentException("Argument " + i + ": expected " + want + ", got " + got);
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      HostCallbacks.unregister(callbacks);
      constants.forEach(Tensor::close);
      function.close();
    }
  }
}
