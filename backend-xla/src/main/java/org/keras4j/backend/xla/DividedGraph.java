package org.keras4j.backend.xla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.emit.GraphEmitter;
import org.keras4j.backend.xla.emit.HostOnly;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.backend.xla.emit.Shardings;
import org.keras4j.backend.xla.emit.Types;
import org.keras4j.backend.xla.runtime.Capabilities;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.sharding.Sharding;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.core.spi.CompileOptions.Division;
import org.keras4j.core.spi.Executable;

/** A graph as one program that several devices run together, each on its part of what goes in. */
final class DividedGraph implements Executable {
  private final XlaBackend backend;
  private final Division division;
  private final XlaProgram program;
  private final List<TensorSpec> outputs;
  private final int inputs;
  private final int devices;
  private final int[] donorOf; // by result: the input whose memory it takes, or -1
  private final boolean donates;
  private final List<ShardedTensor> constants = new ArrayList<>();

  DividedGraph(
      XlaBackend backend,
      Graph graph,
      String name,
      Map<Integer, Integer> donated,
      Division division) {
    this.backend = backend;
    this.division = division;
    this.outputs = graph.outputSpecs();
    this.inputs = graph.inputs().size();
    this.devices = division.devices().size();
    Capabilities c = backend.runtime().capabilities();
    List<Sharding> in =
        new ArrayList<>(division.inputs().stream().map(Placement::sharding).toList());
    List<Sharding> out = division.outputs().stream().map(Placement::sharding).toList();
    Module m =
        emit(graph, c, donated, c.sharding() ? new Shardings(division.mesh(), in, out) : null);
    backend.dump(m.text());
    List<TensorType> parameters = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      parameters.add(
          Types.of(division.inputs().get(i).part(graph.inputs().get(i).spec())));
    }
    for (NDArray a : m.constants()) {
      Sharding whole = Sharding.replicated(division.mesh(), a.shape().rank());
      in.add(whole);
      parameters.add(Types.of(a.spec()));
      Placement everywhere = new Placement(whole, division.devices());
      constants.add((ShardedTensor) backend.fromHost(a, everywhere));
    }
    List<TensorType> results = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      results.add(Types.of(division.outputs().get(i).part(outputs.get(i))));
    }
    List<Integer> on =
        division.devices().stream().map(d -> backend.device(d).index()).toList();
    this.program = backend
        .runtime()
        .compile(
            m.text(),
            new ProgramSpec(
                name,
                parameters,
                results,
                donated,
                on,
                backend.flags(),
                new ProgramSpec.Parts(in, out)));
    this.donorOf = new int[outputs.size()];
    Arrays.fill(donorOf, -1);
    donated.forEach((input, output) -> donorOf[output] = input);
    this.donates = !donated.isEmpty();
  }

  private Module emit(
      Graph graph, Capabilities c, Map<Integer, Integer> donated, @Nullable Shardings shardings) {
    try {
      return GraphEmitter.emit(
          graph, backend.emitOptions(), c.donation() ? donated : Map.of(), shardings);
    } catch (HostOnly e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalStateException(
              "A step cannot be divided among devices: " + e.getMessage(), e.getCause()));
    }
  }

  @Override
  public List<BackendTensor> run(List<BackendTensor> in) {
    if (in.size() != inputs) {
      throw new IllegalArgumentException(
          program.spec().name() + ": got " + in.size() + " inputs, expected " + inputs);
    }
    List<ShardedTensor> given = new ArrayList<>(inputs);
    for (int i = 0; i < inputs; i++) {
      given.add(laidOut(in.get(i), division.inputs().get(i)));
    }
    XlaBuffer[] arguments = arguments(given);
    // one tensor given twice cannot be donated: it is replaced by a copy
    for (int d = donates ? program.spec().givenTwice(arguments) : -1;
        d >= 0;
        d = program.spec().givenTwice(arguments)) {
      ShardedTensor t = given.get(d);
      given.set(d, (ShardedTensor) backend.fromHost(t.toHost(), t.placement()));
      arguments = arguments(given);
    }
    XlaBuffer[] results = program.execute(arguments);
    List<BackendTensor> out = new ArrayList<>(outputs.size());
    int m = outputs.size();
    for (int i = 0; i < m; i++) {
      XlaBuffer[] shards = new XlaBuffer[devices];
      for (int d = 0; d < devices; d++) {
        shards[d] = results[d * m + i];
      }
      if (donorOf[i] >= 0 && given.get(donorOf[i]).shards()[0] == shards[0]) {
        given.get(donorOf[i]).give(); // the buffers live on under the new tensor
      }
      out.add(new ShardedTensor(backend, division.outputs().get(i), outputs.get(i), shards));
    }
    return out;
  }

  private ShardedTensor laidOut(BackendTensor t, Placement to) {
    return t instanceof ShardedTensor s
            && s.backend() == backend
            && (s.placement() == to || s.placement().equals(to))
        ? s
        : (ShardedTensor) backend.fromHost(t.toHost(), to);
  }

  private XlaBuffer[] arguments(List<ShardedTensor> given) {
    int n = inputs + constants.size();
    XlaBuffer[] all = new XlaBuffer[n * devices];
    for (int i = 0; i < n; i++) {
      XlaBuffer[] shards = (i < inputs ? given.get(i) : constants.get(i - inputs)).shards();
      for (int d = 0; d < devices; d++) {
        all[d * n + i] = shards[d];
      }
    }
    return all;
  }

  @Override
  public void close() {
    program.close();
    constants.forEach(ShardedTensor::close);
  }
}
