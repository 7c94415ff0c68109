package org.keras4j.backend.xla.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * An exported inference function, loaded onto a runtime without the model it came from. May be run by any
 * number of threads at once.
 */
public final class StableHloFunction implements AutoCloseable {
  private static final Pattern HEADER =
      Pattern.compile("// (input|weight|output) (?:(\\S+) )??(\\S+) (\\w+)\\(([\\d, ]*)\\)");

  private final XlaRuntime runtime;
  private final XlaProgram program;
  private final List<TensorSpec> inputs = new ArrayList<>();
  private final List<TensorSpec> outputs = new ArrayList<>();
  private final List<XlaBuffer> weights = new ArrayList<>();

  private StableHloFunction(XlaRuntime runtime, Path module) throws IOException {
    this.runtime = runtime;
    String text = Files.readString(module);
    Map<String, NDArray> arrays = Npz.read(module.resolveSibling(StableHloFormat.WEIGHTS));
    XlaDevice device = runtime.devices().get(0);
    List<TensorType> parameters = new ArrayList<>();
    List<TensorType> results = new ArrayList<>();
    for (String line : text.lines().takeWhile(l -> l.startsWith("//")).toList()) {
      Matcher m = HEADER.matcher(line);
      if (!m.matches()) {
        throw new IOException(module + " has a header that cannot be read: " + line);
      }
      TensorSpec spec = new TensorSpec(shape(m.group(5)), DType.of(m.group(4)));
      TensorType type = Types.of(spec);
      switch (m.group(1)) {
        case "input" -> {
          inputs.add(spec);
          parameters.add(type);
        }
        case "weight" -> {
          NDArray a = arrays.get(m.group(2));
          if (a == null || !a.spec().equals(spec)) {
            throw new IOException(
                module + ": the weights have no " + spec + " called " + m.group(2));
          }
          parameters.add(type);
          weights.add(runtime.fromHost(type, a.bytes(), device));
        }
        default -> {
          outputs.add(spec);
          results.add(type);
        }
      }
    }
    this.program =
        runtime.compile(text, ProgramSpec.of(module.getFileName().toString(), parameters, results));
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

  private static Shape shape(String dims) {
    List<Long> out = new ArrayList<>();
    for (String d : dims.split(",")) {
      if (!d.isBlank()) {
        out.add(Long.valueOf(d.strip()));
      }
    }
    return Shape.of(out);
  }

  /** What it takes. */
  public List<TensorSpec> inputs() {
    return List.copyOf(inputs);
  }

  /** What it gives. */
  public List<TensorSpec> outputs() {
    return List.copyOf(outputs);
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
    XlaBuffer[] all = new XlaBuffer[arguments.length + weights.size()];
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].spec().equals(inputs.get(i))) {
        throw new IllegalArgumentException(
            "Input " + i + " is " + arguments[i].spec() + ", expected " + inputs.get(i));
      }
      all[i] = runtime.fromHost(
          Types.of(inputs.get(i)), arguments[i].bytes(), runtime.devices().get(0));
    }
    for (int i = 0; i < weights.size(); i++) {
      all[arguments.length + i] = weights.get(i);
    }
    XlaBuffer[] results = program.execute(all);
    List<NDArray> out = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      ByteBuffer b = ByteBuffer.allocateDirect(Math.toIntExact(results[i].type().bytes()));
      results[i].read(b.duplicate());
      results[i].close();
      out.add(NDArray.ofBytes(b, outputs.get(i).dtype(), outputs.get(i).shape()));
    }
    for (int i = 0; i < arguments.length; i++) {
      all[i].close();
    }
    return out;
  }

  @Override
  public void close() {
    program.close();
    weights.forEach(XlaBuffer::close);
  }
}
