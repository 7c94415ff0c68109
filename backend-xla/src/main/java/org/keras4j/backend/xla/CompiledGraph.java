package org.keras4j.backend.xla;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.xla.emit.GraphEmitter;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.Executable;

/** A graph as one program, with its large constants on the device. */
final class CompiledGraph implements Executable {
  private final XlaBackend backend;
  private final XlaProgram program;
  private final List<TensorSpec> outputs;
  private final int inputs;
  private final boolean[] isDonated;
  private final boolean donates;
  private final XlaBuffer[] constants;

  CompiledGraph(
      XlaBackend backend,
      Graph graph,
      String name,
      Map<Integer, Integer> donated,
      XlaDevice device) {
    this.backend = backend;
    this.outputs = graph.outputSpecs();
    this.inputs = graph.inputs().size();
    boolean marks = backend.runtime().capabilities().donation();
    Module m = GraphEmitter.emit(graph, backend.emitOptions(), marks ? donated : Map.of());
    backend.dump(m.text());
    ProgramSpec spec = new ProgramSpec(
        name, m.parameters(), m.results(), donated, device.index(), backend.flags());
    this.program = backend.runtime().compile(m.text(), spec);
    List<XlaBuffer> held = new ArrayList<>();
    for (NDArray c : m.constants()) {
      held.add(
          backend.runtime().fromHost(m.parameters().get(inputs + held.size()), c.bytes(), device));
    }
    this.constants = held.toArray(new XlaBuffer[0]);
    this.isDonated = new boolean[inputs + constants.length];
    donated.keySet().forEach(i -> isDonated[i] = true);
    this.donates = !donated.isEmpty();
  }

  @Override
  public List<BackendTensor> run(List<BackendTensor> in) {
    if (in.size() != inputs) {
      throw new IllegalArgumentException(
          program.spec().name() + ": got " + in.size() + " inputs, expected " + inputs);
    }
    XlaBuffer[] arguments = new XlaBuffer[inputs + constants.length];
    for (int i = 0; i < inputs; i++) {
      arguments[i] = backend.own(in.get(i)).buffer();
    }
    System.arraycopy(constants, 0, arguments, inputs, constants.length);
    if (donates) {
      separate(arguments, in);
    }
    XlaBuffer[] results = program.execute(arguments);
    List<BackendTensor> out = new ArrayList<>(results.length);
    for (int i = 0; i < results.length; i++) {
      out.add(backend.wrap(results[i], outputs.get(i)));
    }
    return out;
  }

  /** One buffer given twice cannot be donated: the donated one is replaced by a copy. */
  private void separate(XlaBuffer[] arguments, List<BackendTensor> in) {
    Map<XlaBuffer, Integer> seen = new IdentityHashMap<>(2 * arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      Integer before = seen.putIfAbsent(arguments[i], i);
      if (before != null) {
        int d = isDonated[i] ? i : before;
        if (isDonated[d]) {
          arguments[d] = backend.copy(backend.own(in.get(d))).buffer();
        }
      }
    }
  }

  @Override
  public void close() {
    program.close();
    for (XlaBuffer c : constants) {
      c.close();
    }
  }
}
