package org.keras4j.backend.xla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.xla.emit.GraphEmitter;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.backend.xla.emit.SingleRows;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.GraphMemory;

/** A graph as one program, with its large constants on the device. */
final class CompiledGraph implements Executable {
  private final XlaBackend backend;
  private final XlaProgram program;
  private final GraphMemory memory;
  private final List<TensorSpec> outputs;
  private final int inputs;
  private final int[] donorOf; // by result: the input whose memory it takes, or -1
  private final boolean donates;
  private final XlaBuffer[] constants;
  private final Map<Integer, Integer> turned; // by input: how many axes are summed over

  CompiledGraph(
      XlaBackend backend,
      Graph graph,
      String name,
      Map<Integer, Integer> donated,
      XlaDevice device) {
    this.backend = backend;
    this.memory = new GraphMemory(graph, donated.values(), backend.runtime().watch(device));
    this.outputs = graph.outputSpecs();
    this.inputs = graph.inputs().size();
    boolean marks = backend.runtime().capabilities().donation();
    SingleRows rows = backend.turnedWeights().choose(graph, donated.keySet(), device);
    this.turned = rows.turned();
    Module m = GraphEmitter.emit(graph, backend.emitOptions(), marks ? donated : Map.of(), rows);
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
    this.donorOf = new int[outputs.size()];
    Arrays.fill(donorOf, -1);
    donated.forEach((input, output) -> donorOf[output] = input);
    this.donates = !donated.isEmpty();
  }

  @Override
  public List<BackendTensor> run(List<BackendTensor> in) {
    if (in.size() != inputs) {
      throw new IllegalArgumentException(
          program.spec().name() + ": got " + in.size() + " inputs, expected " + inputs);
    }
    memory.require();
    XlaBuffer[] arguments = new XlaBuffer[inputs + constants.length];
    for (int i = 0; i < inputs; i++) {
      arguments[i] = backend.own(in.get(i)).buffer();
    }
    turned.forEach(
        (i, contracted) -> arguments[i] = backend.turnedWeights().of(arguments[i], contracted));
    System.arraycopy(constants, 0, arguments, inputs, constants.length);
    // one buffer given twice cannot be donated: it is replaced by a copy
    for (int d = donates ? program.spec().givenTwice(arguments) : -1;
        d >= 0;
        d = program.spec().givenTwice(arguments)) {
      arguments[d] = backend.copy(backend.own(in.get(d))).buffer();
    }
    XlaBuffer[] results = program.execute(arguments);
    List<BackendTensor> out = new ArrayList<>(results.length);
    for (int i = 0; i < results.length; i++) {
      if (donorOf[i] >= 0) {
        XlaTensor donor = backend.own(in.get(donorOf[i]));
        if (donor.buffer() == results[i]) {
          donor.give(); // the buffer lives on under the new tensor
        }
      }
      out.add(backend.wrap(results[i], outputs.get(i)));
    }
    return out;
  }

  @Override
  public void close() {
    program.close();
    for (XlaBuffer c : constants) {
      c.close();
    }
  }
}
