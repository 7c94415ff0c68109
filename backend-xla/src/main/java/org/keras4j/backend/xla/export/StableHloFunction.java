package org.keras4j.backend.xla.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keras4j.backend.xla.emit.Types;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.npy.Npz;

/**
 * An exported function, loaded onto a runtime without the model it came from. One with open sizes is compiled for each set of them
 * that it is called with. May be run by any number of threads at once.
 */
public final class StableHloFunction implements AutoCloseable {
  private static final Pattern HEADER = Pattern.compile(
      "// (size|input|weight|output|state) (?:(\\S+) )??(\\S+)(?: (\\w+)\\((.*)\\))?");

  private final XlaRuntime runtime;
  private final String name;
  private final String text;
  private final Map<List<TensorSpec>, XlaProgram> programs = new HashMap<>();
  private final List<OpenSpec> inputs = new ArrayList<>();
  private final List<OpenSpec> outputs = new ArrayList<>();
  private final List<XlaBuffer> weights = new ArrayList<>();
  private boolean closed;

  /** Dtype and sizes, which may be formulas of open sizes. */
  private record OpenSpec(DType dtype, List<String> dims) {
    TensorSpec shown() {
      return new TensorSpec(
          Shape.of(
              dims.stream().map(d -> d.matches("\\d+") ? Long.valueOf(d) : -1L).toList()),
          dtype);
    }

    TensorSpec known(Map<String, Long> sizes) {
      return new TensorSpec(
          Shape.of(dims.stream().map(d -> SizeFormula.evaluate(d, sizes)).toList()), dtype);
    }
  }

  private StableHloFunction(XlaRuntime runtime, Path module) throws IOException {
    this.runtime = runtime;
    this.name = String.valueOf(module.getFileName());
    this.text = Files.readString(module);
    Map<String, NDArray> arrays = Npz.read(module.resolveSibling(StableHloFormat.WEIGHTS));
    XlaDevice device = runtime.devices().get(0);
    for (String line : text.lines().takeWhile(l -> l.startsWith("//")).toList()) {
      if (line.startsWith("// mesh ")) {
        throw new IOException(module + " is a program for the devices of a mesh, "
            + line.substring(8) + "; it cannot be run on one");
      }
      Matcher m = HEADER.matcher(line);
      if (!m.matches() || (m.group(4) == null) != m.group(1).equals("size")) {
        throw new IOException(module + " has a header that cannot be read: " + line);
      }
      if (m.group(4) == null) {
        continue;
      }
      OpenSpec spec = new OpenSpec(DType.of(m.group(4)), dims(m.group(5)));
      switch (m.group(1)) {
        case "input" -> inputs.add(spec);
        case "weight" -> {
          NDArray a = arrays.get(m.group(2));
          if (a == null || !a.spec().equals(spec.shown())) {
            throw new IOException(
                module + ": the weights have no " + spec.shown() + " called " + m.group(2));
          }
          weights.add(runtime.fromHost(Types.of(a.spec()), a.bytes(), device));
        }
        default -> outputs.add(spec);
      }
    }
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

  private static List<String> dims(String text) {
    List<String> out = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        String d = text.substring(from, i).strip();
        if (!d.isEmpty()) {
          out.add(d);
        }
        from = i + 1;
      }
    }
    return out;
  }

  /** What it takes; open sizes are -1. */
  public List<TensorSpec> inputs() {
    return inputs.stream().map(OpenSpec::shown).toList();
  }

  /** What it gives: the outputs, then the new values of weights that it changes; open sizes are -1. */
  public List<TensorSpec> outputs() {
    return outputs.stream().map(OpenSpec::shown).toList();
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
      OpenSpec want = inputs.get(i);
      boolean fits = s.dtype() == want.dtype && s.rank() == want.dims.size();
      for (int axis = 0; fits && axis < s.rank(); axis++) {
        String d = want.dims.get(axis);
        long size = s.dim(axis);
        fits = size == (d.matches("\\d+") ? Long.parseLong(d) : sizes.merge(d, size, (a, b) -> a));
      }
      if (!fits) {
        throw new IllegalArgumentException(
            "Input " + i + " is " + s + ", expected " + want.dtype + want.dims + " for " + sizes);
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
