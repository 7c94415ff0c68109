package org.keras4j.backend.pytorch;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.pytorch.AutoDispatchBelowADInplaceOrView;
import org.keras4j.backend.pytorch.lowering.GraphWriter;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.GraphMemory;

/** A graph as one TorchScript function: a run is one call into native code. */
final class CompiledGraph implements Executable {
  private static final AtomicLong RUNS = new AtomicLong();

  private final PyTorchBackend backend;
  private final Program program;
  private final GraphMemory memory;
  private final List<TensorSpec> inputs;
  private final Map<Integer, Integer> donated;
  private boolean closed;

  CompiledGraph(PyTorchBackend backend, Graph graph, CompileOptions options, String device) {
    this.backend = backend;
    this.inputs = graph.inputSpecs();
    this.donated = options.donated();
    memory = new GraphMemory(graph, donated.values(), LibTorch.MEMORY.watch(device));
    Script script = new Script(false, device);
    List<String> results = new GraphWriter(script).writeFunction(graph, donated.keySet());
    try {
      program = new Program(script, results, inputs.size(), graph.outputSpecs(), device, false);
    } catch (RuntimeException e) {
      throw Failures.wrap("Compiling a graph of " + graph.nodes().size() + " nodes", e);
    }
  }

  @Override
  public List<BackendTensor> run(List<BackendTensor> in) {
    check(in);
    memory.require();
    TorchTensor[] arguments = new TorchTensor[in.size()];
    long run = RUNS.incrementAndGet();
    for (int i = 0; i < arguments.length; i++) {
      TorchTensor t = backend.own(in.get(i));
      boolean again = t.stamp(run);
      if (program.overwrites(i) && (again || !t.storage().isExclusive() || !t.isDense())) {
        // others may read what is about to be overwritten, or it is a view that repeats elements
        t = backend.copy(t);
      }
      arguments[i] = t;
    }
    List<TorchTensor> out;
    // below automatic differentiation: the graph is all there is to do
    try (AutoDispatchBelowADInplaceOrView guard = new AutoDispatchBelowADInplaceOrView()) {
      out = program.run(arguments);
    } catch (RuntimeException e) {
      throw Failures.wrap("Running a compiled graph on " + inputs, e);
    }
    for (int i : donated.keySet()) {
      in.get(i).close();
    }
    return List.copyOf(out);
  }

  private void check(List<BackendTensor> in) {
    if (closed) {
      throw new IllegalStateException("This executable is closed");
    }
    boolean ok = in.size() == inputs.size();
    for (int i = 0; ok && i < in.size(); i++) {
      TensorSpec got = in.get(i).spec();
      TensorSpec want = inputs.get(i);
      ok = got.equals(want)
          || (got.dtype() == want.dtype() && want.shape().isCompatible(got.shape()));
    }
    if (!ok) {
      throw new BackendException("An executable for " + inputs + " got "
          + in.stream().map(BackendTensor::spec).toList());
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      program.close();
    }
  }
}
