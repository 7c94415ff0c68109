package org.keras4j.backend.xla.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.xla.emit.Types;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.npy.Npz;

/**
 * An exported function, loaded onto a runtime without the model it came from. One with open sizes is compiled for each set of them
 * that it is called with. May be run by any number of threads at once.
 */
public final class StableHloFunction implements AutoCloseable {
  private final XlaRuntime runtime;
  private final String name;
  private final String text;
  private final Map<List<TensorSpec>, XlaProgram> programs = new HashMap<>();
  private final List<ModuleHeader.Line> inputs = new ArrayList<>();
  private final List<ModuleHeader.Line> outputs = new ArrayList<>();
  private final List<XlaBuffer> weights = new ArrayList<>();
  private boolean closed;

  private StableHloFunction(XlaRuntime runtime, Path module) throws IOException {
    this.runtime = runtime;
    this.name = String.valueOf(module.getFileName());
    this.text = Files.readString(module);
    Map<String, NDArray> arrays = Npz.read(module.resolveSibling(StableHloFormat.WEIGHTS));
    XlaDevice device = runtime.devices().get(0);
    ModuleHeader header = ModuleHeader.of(text, module.toString());
    for (ModuleHeader.Line l : header.arguments()) {
      if (l.kind().equals("input")) {
        inputs.add(l);
        continue;
      }
      NDArray a = arrays.get(l.key());
      if (a == null || !a.spec().equals(l.shown())) {
        throw new IOException(module + ": the weights have no " + l.shown() + " called " + l.key());
      }
      weights.add(runtime.fromHost(Types.of(a.spec()), a.bytes(), device));
    }
    outputs.addAll(header.results());
    if (inputs.stream().allMatch(s -> s.shown().shape().isKnown())) {
      program(inputs(), Map.of());
    }
  }

  /**
   * Loads one module of an exported folder, with the weights beside it.
   *
   * @param module for instance {@code folder/batch-32.mlir}
   * @throws IOException if it cannot be read, or is none
   */
  public static StableHloFunction load(XlaRuntime runtime, Path module) throws IOException {
    return new StableHloFunction(runtime, module);
  }

  /** What it takes; open sizes are -1. */
  public List<TensorSpec> inputs() {
    return inputs.stream().map(ModuleHeader.Line::shown).toList();
  }

  /** What it gives: the outputs, then the new values of weights that it changes; open sizes are -1. */
  public List<TensorSpec> outputs() {
    return outputs.stream().map(ModuleHeader.Line::shown).toList();
  }

  private synchronized XlaProgram program(List<TensorSpec> given, Map<String, Long> sizes) {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
    return programs.computeIfAbsent(given, k -> {
      List<TensorType> parameters =
          new ArrayList<>(given.stream().map(Types::of).toList());
      weights.forEach(w -> parameters.add(w.type()));
      List<TensorType> results =
          outputs.stream().map(o -> Types.of(o.known(sizes))).toList();
      return runtime.compile(text, ProgramSpec.of(name, parameters, results));
    });
  }

  /**
   * Runs it.
   *
   * @throws IllegalArgumentException if the arguments are not as {@link #inputs}
   */
  public List<NDArray> run(NDArray... arguments) {
    if (arguments.length != inputs.size()) {
      throw new IllegalArgumentException(
          "Got " + arguments.length + " inputs, expected " + inputs.size());
    }
    Map<String, Long> sizes = new HashMap<>();
    List<TensorSpec> given = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      TensorSpec s = arguments[i].spec();
      ModuleHeader.Line want = inputs.get(i);
      if (!want.takes(s, sizes)) {
        throw new IllegalArgumentException("Input " + i + " is " + s + ", expected " + want.dtype()
            + want.dims() + " for " + sizes);
      }
      given.add(s);
    }
    XlaProgram program = program(given, sizes);
    XlaBuffer[] all = new XlaBuffer[arguments.length + weights.size()];
    for (int i = 0; i < arguments.length; i++) {
      all[i] = runtime.fromHost(
          Types.of(given.get(i)), arguments[i].bytes(), runtime.devices().get(0));
    }
    for (int i = 0; i < weights.size(); i++) {
      all[arguments.length + i] = weights.get(i);
    }
    XlaBuffer[] results = program.execute(all);
    List<NDArray> out = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      TensorSpec spec = outputs.get(i).known(sizes);
      ByteBuffer b = ByteBuffer.allocateDirect(Math.toIntExact(results[i].type().bytes()));
      results[i].read(b.duplicate());
      results[i].close();
      out.add(NDArray.ofBytes(b, spec.dtype(), spec.shape()));
    }
    for (int i = 0; i < arguments.length; i++) {
      all[i].close();
    }
    return out;
  }

  @Override
  public synchronized void close() {
    closed = true;
    programs.values().forEach(XlaProgram::close);
    programs.clear();
    weights.forEach(XlaBuffer::close);
  }
}
