package com.example.toy;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.GraphMemory;

/** A graph to interpret. */
final class ToyExecutable implements Executable {
  private final Interpreter interpreter;
  private final Graph graph;
  private final CompileOptions options;
  private final GraphMemory memory;
  private volatile boolean closed;

  ToyExecutable(Interpreter interpreter, Graph graph, CompileOptions options) {
    this.interpreter = interpreter;
    this.graph = graph;
    this.options = options;
    memory = new GraphMemory(graph, options.donated().values(), Held.WATCH);
  }

  @Override
  public List<BackendTensor> run(List<BackendTensor> inputs) {
    check(inputs);
    memory.require();
    List<NDArray> in = new ArrayList<>();
    for (BackendTensor t : inputs) {
      in.add(ToyBackend.own(t).array());
    }
    List<BackendTensor> out = ToyBackend.tensors(interpreter.run(graph, in));
    for (int i : options.donated().keySet()) {
      inputs.get(i).close(); // given away
    }
    return out;
  }

  private void check(List<BackendTensor> in) {
    if (closed) {
      throw new IllegalStateException("This executable is closed");
    }
    List<TensorSpec> want = graph.inputSpecs();
    boolean ok = in.size() == want.size();
    for (int i = 0; ok && i < in.size(); i++) {
      TensorSpec got = in.get(i).spec();
      ok = got.dtype() == want.get(i).dtype() && want.get(i).shape().isCompatible(got.shape());
    }
    if (!ok) {
      throw new BackendException("An executable for " + want + " got "
          + in.stream().map(BackendTensor::spec).toList());
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
