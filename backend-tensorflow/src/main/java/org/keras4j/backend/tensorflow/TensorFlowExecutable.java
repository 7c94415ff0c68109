package org.keras4j.backend.tensorflow;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.lowering.GraphTarget;
import org.keras4j.backend.tensorflow.lowering.TensorFlowLowering;
import org.keras4j.backend.tensorflow.lowering.Term;
import org.keras4j.backend.tensorflow.runtime.Caller;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.GraphFunction;
import org.keras4j.backend.tensorflow.runtime.Handle;
import org.keras4j.backend.tensorflow.runtime.Names;
import org.keras4j.backend.tensorflow.runtime.TensorFlowLibrary;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.GraphMemory;
import org.tensorflow.proto.ConfigProto;

/**
 * A graph as one TensorFlow function, optimized by Grappler, called as one operation.
 *
 * <p>System property {@code keras4j.tensorflow.jit} set to {@code true} has functions compiled by the XLA
 * in TensorFlow instead, those that it can compile; {@code auto} does so for functions without windows and
 * convolutions, where it wins if they run thousands of times; {@code false} is the default. {@code
 * keras4j.tensorflow.optimize} set to {@code false} leaves Grappler out.
 */
final class TensorFlowExecutable implements Executable {
  private static final Log LOG = Log.of(TensorFlowExecutable.class);
  private static final Cleaner CLEANER = Cleaner.create();
  // about what TensorFlow keeps for a small function, its optimized graph and kernels
  private static final long FUNCTION_BYTES = 64 << 10;
  private static final BytePointer CONFIG = Names.of("config_proto");
  private static final BytePointer OPTIMIZED = new BytePointer(config().toByteArray());

  private final Engine engine;
  private final GraphMemory memory;
  private final String name;
  // forgets the functions, at close or when this is unreachable
  private final Cleaner.Cleanable functions;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final CompileOptions options;
  private final String device;
  private final @Nullable BytePointer nativeDevice;
  private volatile boolean jit;
  // whether XLA has compiled it
  private volatile boolean jitted;
  private final boolean optimize =
      !"false".equals(System.getProperty("keras4j.tensorflow.optimize"));
  private volatile boolean closed;

  private TensorFlowExecutable(
      Engine engine,
      String name,
      List<String> functions,
      Graph graph,
      GraphMemory memory,
      CompileOptions options,
      String device,
      @Nullable BytePointer nativeDevice) {
    this.memory = memory;
    this.engine = engine;
    this.name = name;
    long bytes = functions.size() * FUNCTION_BYTES;
    TensorFlowLibrary.MEMORY.host().allocated(bytes);
    this.functions = CLEANER.register(this, () -> {
      functions.forEach(engine::unregister);
      TensorFlowLibrary.MEMORY.host().freed(bytes);
    });
    this.inputs = graph.inputSpecs();
    this.outputs = graph.outputSpecs();
    this.options = options;
    this.device = device;
    this.nativeDevice = nativeDevice;
    this.jit = switch (System.getProperty("keras4j.tensorflow.jit", "false")) {
      case "true" -> true;
      case "auto" -> !hasWindows(graph);
      default -> false;
    };
  }

  /** Whether there is a convolution or pooling in it, for which XLA's code on CPUs is slow. */
  private static boolean hasWindows(Graph graph) {
    return graph.nodes().stream()
        .map(Node::primitive)
        .anyMatch(p -> p.is(Trait.WINDOWED)
            || p instanceof Composite c && c.name().contains("_pool")
            || p.bodies().stream().anyMatch(TensorFlowExecutable::hasWindows));
  }

  private static ConfigProto config() {
    ConfigProto.Builder c = ConfigProto.newBuilder().setAllowSoftPlacement(true);
    c.getGraphOptionsBuilder().getRewriteOptionsBuilder();
    return c.build();
  }

  static TensorFlowExecutable compile(
      Engine engine,
      Graph graph,
      CompileOptions options,
      String device,
      @Nullable BytePointer nativeDevice) {
    GraphMemory memory =
        new GraphMemory(graph, options.donated().values(), TensorFlowLibrary.MEMORY.watch(device));
    GraphFunction function = new GraphFunction(engine, "graph");
    boolean done = false;
    try {
      GraphTarget target = new GraphTarget(function);
      List<Term> parameters = new ArrayList<>();
      for (TensorSpec s : graph.inputSpecs()) {
        parameters.add(target.parameter(TensorFlowLowering.stored(s)));
      }
      target.results(new TensorFlowLowering(target).apply(graph, parameters));
      String name = function.finish();
      done = true;
      return new TensorFlowExecutable(
          engine, name, function.registered(), graph, memory, options, device, nativeDevice);
    } finally {
      if (!done) {
        function.close();
        function.registered().forEach(engine::unregister);
      }
    }
  }

  @Override
  public List<BackendTensor> run(List<BackendTensor> tensors) {
    if (closed) {
      throw new IllegalStateException("This executable of backend 'tensorflow' is closed");
    }
    check(tensors);
    memory.require();
    Handle[] results;
    try {
      results = call(tensors);
    } catch (BackendException e) {
      throw e.in("A compiled function on " + inputs);
    }
    for (int donated : options.donated().keySet()) {
      tensors.get(donated).close();
    }
    List<BackendTensor> out = new ArrayList<>(results.length);
    for (int i = 0; i < results.length; i++) {
      out.add(new TensorFlowTensor(results[i], outputs.get(i), device));
    }
    return out;
  }

  private Handle[] call(List<BackendTensor> tensors) {
    if (jit && !jitted) {
      try {
        Handle[] results = call(tensors, true);
        jitted = true;
        return results;
      } catch (BackendException e) {
        LOG.debug("XLA does not compile a function on " + inputs, e);
        jit = false;
      }
    }
    return call(tensors, jit);
  }

  private Handle[] call(List<BackendTensor> tensors, boolean byXla) {
    Caller caller = engine.caller();
    try {
      caller.begin(name);
      if (nativeDevice != null) {
        caller.device(nativeDevice);
      }
      if (byXla) {
        caller.flag("_XlaMustCompile", true);
      } else if (optimize) {
        caller.config(CONFIG, OPTIMIZED);
      }
      for (BackendTensor t : tensors) {
        ((TensorFlowTensor) t).giveTo(caller);
      }
      return caller.run(outputs.size());
    } finally {
      caller.idle();
      Reference.reachabilityFence(this);
    }
  }

  private void check(List<BackendTensor> tensors) {
    if (tensors.size() != inputs.size()) {
      throw new IllegalArgumentException(
          "Expected " + inputs.size() + " inputs, got " + tensors.size());
    }
    for (int i = 0; i < tensors.size(); i++) {
      TensorSpec got = TensorFlowTensor.of(tensors.get(i)).spec();
      TensorSpec want = inputs.get(i);
      if (got.dtype() != want.dtype() || !got.shape().isCompatible(want.shape())) {
        throw new IllegalArgumentException("Expected input " + i + " as " + want + ", got " + got);
      }
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      functions.clean();
    }
  }
}
