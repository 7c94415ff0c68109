package org.keras4j.backend.xla.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.XlaBackend;
import org.keras4j.backend.xla.emit.Types;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.ForeignProgram;

/** Modules of StableHLO: a function of weights and inputs, and its gradient. */
final class StableHloProgram implements ForeignProgram {
  private final byte[] bytes;
  private final Part module;
  private final Part training;
  private final @Nullable Part gradient;
  private final @Nullable Part trainingGradient;
  private final List<Weight> weights = new ArrayList<>();
  private final List<Integer> assigned = new ArrayList<>();

  StableHloProgram(
      String source,
      Map<String, String> texts,
      Function<String, @Nullable NDArray> values,
      byte[] bytes)
      throws IOException {
    this.bytes = bytes;
    this.module = part(source, texts, "module");
    this.gradient = texts.containsKey("gradient") ? part(source, texts, "gradient") : null;
    boolean two = texts.containsKey("training");
    this.training = two ? part(source, texts, "training") : module;
    this.trainingGradient = !two
        ? gradient
        : texts.containsKey("training-gradient") ? part(source, texts, "training-gradient") : null;
    List<String> keys = new ArrayList<>();
    for (ModuleHeader.Line l : ModuleHeader.of(module.header.arguments(), "weight", "constant")) {
      NDArray value = values.apply(l.key());
      TensorSpec spec = l.shown();
      if (value == null) {
        value = NDArray.zeros(spec.dtype(), spec.shape());
      } else if (!value.spec().equals(spec)) {
        throw new IOException(source + ": the weight " + l.key() + " is " + value.spec()
            + " in weights.npz, and " + spec + " in module.mlir");
      }
      keys.add(l.key());
      boolean trainable = l.kind().equals("weight") && spec.dtype().isFloat() && gradient != null;
      weights.add(new Weight(l.name(), value, trainable));
    }
    for (ModuleHeader.Line l : ModuleHeader.of(training.header.results(), "state")) {
      assigned.add(keys.indexOf(l.key()));
    }
    if (assigned.contains(-1)) {
      throw new IOException(source + ": a module changes a weight that module.mlir does not have");
    }
  }

  private static Part part(String source, Map<String, String> texts, String name)
      throws IOException {
    String text = texts.getOrDefault(name, "");
    return new Part(name, text, ModuleHeader.of(text, source + ", " + name));
  }

  /** A module, compiled for each set of sizes. */
  private static final class Part {
    private final String name;
    private final String text;
    private final ModuleHeader header;
    private final Map<List<TensorSpec>, XlaProgram> programs = new HashMap<>();

    Part(String name, String text, ModuleHeader header) {
      this.name = name;
      this.text = text;
      this.header = header;
    }

    private synchronized XlaProgram program(
        XlaRuntime runtime, List<TensorSpec> given, Map<String, Long> sizes) {
      return programs.computeIfAbsent(
          given,
          k -> runtime.compile(
              text,
              ProgramSpec.of(
                  name,
                  given.stream().map(Types::of).toList(),
                  header.results().stream().map(r -> Types.of(r.known(sizes))).toList())));
    }

    List<NDArray> run(List<NDArray> arguments) {
      List<TensorSpec> given = arguments.stream().map(NDArray::spec).toList();
      Map<String, Long> sizes = header.sizes(given);
      XlaRuntime runtime = ((XlaBackend) Keras.backend("xla")).runtime();
      XlaProgram program = program(runtime, given, sizes);
      XlaBuffer[] in = new XlaBuffer[arguments.size()];
      List<NDArray> out = new ArrayList<>();
      try {
        for (int i = 0; i < in.length; i++) {
          in[i] = runtime.fromHost(
              Types.of(given.get(i)),
              arguments.get(i).bytes(),
              runtime.devices().get(0));
        }
        XlaBuffer[] results = program.execute(in);
        for (int i = 0; i < results.length; i++) {
          TensorSpec spec = header.results().get(i).known(sizes);
          ByteBuffer b =
              ByteBuffer.allocateDirect(Math.toIntExact(results[i].type().bytes()));
          results[i].read(b.duplicate());
          results[i].close();
          out.add(NDArray.ofBytes(b, spec.dtype(), spec.shape()));
        }
      } finally {
        for (XlaBuffer b : in) {
          if (b != null) {
            b.close();
          }
        }
      }
      return out;
    }

    synchronized void close() {
      programs.values().forEach(XlaProgram::close);
      programs.clear();
    }

    private List<NDArray> arguments(Arguments a, List<NDArray> cotangents) {
      List<NDArray> all = new ArrayList<>();
      int input = 0;
      int weight = 0;
      int cotangent = 0;
      for (ModuleHeader.Line l : header.arguments()) {
        all.add(
            switch (l.kind()) {
              case "input" -> a.inputs().get(input++);
              case "seed" -> key(a.seed(), l);
              case "cotangent" -> cotangents.get(cotangent++);
              default -> a.weights().get(weight++);
            });
      }
      return all;
    }

    private static NDArray key(long seed, ModuleHeader.Line l) {
      TensorSpec two = new TensorSpec(Shape.of(2), DType.UINT32);
      if (!l.shown().equals(two)) {
        throw new IllegalArgumentException("A seed is a " + two + ", expected " + l);
      }
      ByteBuffer b = ByteBuffer.allocateDirect(8).order(java.nio.ByteOrder.nativeOrder());
      b.putInt((int) (seed >>> 32)).putInt((int) seed).flip();
      return NDArray.ofBytes(b, DType.UINT32, Shape.of(2));
    }
  }

  @Override
  public List<Weight> weights() {
    return weights;
  }

  @Override
  public List<Integer> assigned() {
    return assigned;
  }

  @Override
  public List<TensorSpec> inputs() {
    return ModuleHeader.of(module.header.arguments(), "input").stream()
        .map(ModuleHeader.Line::shown)
        .toList();
  }

  @Override
  public List<TensorSpec> outputs(List<TensorSpec> inputs, boolean train) {
    Map<String, Long> sizes = new HashMap<>();
    List<ModuleHeader.Line> wanted = ModuleHeader.of(module.header.arguments(), "input");
    boolean known = inputs.stream().allMatch(s -> s.shape().isKnown());
    for (int i = 0; known && i < wanted.size(); i++) {
      if (!wanted.get(i).takes(inputs.get(i), sizes)) {
        throw new IllegalArgumentException("input " + i + " is " + inputs.get(i) + ", expected "
            + wanted.get(i) + " for " + sizes);
      }
    }
    return ModuleHeader.of(module.header.results(), "output").stream()
        .map(l -> known ? l.known(sizes) : l.shown())
        .toList();
  }

  @Override
  public List<NDArray> call(Arguments a) {
    Part p = a.training() ? training : module;
    List<NDArray> out = p.run(p.arguments(a, List.of()));
    // a program without a form for training may have states nevertheless, as exports have
    int outputs = ModuleHeader.of(p.header.results(), "output").size();
    return a.training() ? out : out.subList(0, outputs);
  }

  @Override
  public List<NDArray> gradient(Arguments a, List<NDArray> cotangents) {
    Part p = a.training() ? trainingGradient : gradient;
    if (p == null) {
      throw new IllegalArgumentException("The program of StableHLO came without "
          + (a.training() && training != module ? "training-" : "")
          + "gradient.mlir, so it cannot be differentiated");
    }
    return p.run(p.arguments(a, cotangents));
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public void close() {
    module.close();
    training.close();
    if (gradient != null) {
      gradient.close();
    }
    if (trainingGradient != null) {
      trainingGradient.close();
    }
  }
}
