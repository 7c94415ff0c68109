package org.keras4j.layers.core;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.context.Context;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.spi.ForeignProgram;
import org.keras4j.core.spi.ProgramFormat;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.grad.CustomGradient;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.random.SeedGenerator;

/**
 * A program that another framework exported as a layer that trains: {@link TorchScriptLayer}, {@link StableHloLayer},
 * {@link SavedModelLayer}. Its weights are the layer's, so optimizers train them and model files hold them; the program
 * itself stands in the layer's config, without their values. It runs on one backend alone, and on the host's memory.
 *
 * <p>A program can do whatever its framework can, write files for instance. So a file with such a layer is refused
 * unless {@link #allowing} says that it is trusted; what this JVM made of a path given to a constructor is.
 *
 * @param <S> the layer itself
 */
public abstract sealed class ProgramLayer<S extends ProgramLayer<S>> extends FluentLayer<S>
    permits TorchScriptLayer, StableHloLayer, SavedModelLayer {
  private static final Context.Key<Boolean> ALLOWED = Context.Key.inherited("programs in files");
  private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

  private final String format;
  private final String backend;

  @Config
  private String program = "";

  private @Nullable ForeignProgram loaded;
  private List<Variable> weights = List.of();
  private @Nullable SeedGenerator seeds;

  ProgramLayer(String format, String backend) {
    this.format = format;
    this.backend = backend;
    autocast(false);
    supportsMasking(false);
  }

  /**
   * Runs code that reads files with programs inside; elsewhere they are refused. Only for files you trust: a program runs
   * with the rights of this process.
   *
   * <pre>{@code
   * Model model = ProgramLayer.allowing(() -> Model.load(path));
   * }</pre>
   *
   * @param body what reads the files
   * @return what it gives
   */
  public static <R> R allowing(Supplier<R> body) {
    return ALLOWED.with(true, body);
  }

  /** Takes the program of a path; called once, by constructors. */
  final void load(Path source) {
    loaded = read(f -> f.load(source));
    byte[] bytes = program().bytes();
    program = Base64.getEncoder().encodeToString(bytes);
    KNOWN.add(fingerprint(bytes));
  }

  @Override
  protected void configured() {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(program);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new IllegalArgumentException(label() + ": 'program' is not in Base64", e));
    }
    if (!Boolean.TRUE.equals(ALLOWED.get()) && !KNOWN.contains(fingerprint(bytes))) {
      throw new IllegalArgumentException(label() + ": holds a program of " + format
          + ", which could do anything with the rights of this process; if you trust where it"
          + " comes from, read it inside of ProgramLayer.allowing");
    }
    loaded = read(f -> f.read(bytes));
  }

  private interface Reading {
    ForeignProgram by(ProgramFormat format) throws IOException;
  }

  private ForeignProgram read(Reading reading) {
    try {
      return reading.by(provider());
    } catch (IOException e) {
      throw Failures.inPlaceOf(
          e, new IllegalArgumentException(label() + ": " + e.getMessage(), e.getCause()));
    }
  }

  private static String fingerprint(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private ProgramFormat provider() {
    for (ProgramFormat f :
        ServiceLoader.load(ProgramFormat.class, ProgramLayer.class.getClassLoader())) {
      if (f.name().equals(format)) {
        return f;
      }
    }
    throw new IllegalStateException(label() + ": a program of " + format
        + " needs the module keras4j-backend-" + backend + " on the class path");
  }

  private ForeignProgram program() {
    return Objects.requireNonNull(loaded, "the program");
  }

  @Override
  protected void build(Shape inputShape) {
    build(List.of(inputShape));
  }

  @Override
  protected void build(List<Shape> inputShapes) {
    requireBackend();
    List<Variable> made = new ArrayList<>();
    for (ForeignProgram.Weight w : program().weights()) {
      WeightOptions options = WeightOptions.initializer(Initializer.get(w.value()))
          .dtype(w.value().dtype())
          .trainable(w.trainable());
      made.add(addWeight(w.name().replace('/', '.'), w.value().shape(), options));
    }
    weights = List.copyOf(made);
    seeds = track(new SeedGenerator(null));
  }

  private void requireBackend() {
    String used = Keras.backend().name();
    if (!used.equals(backend)) {
      throw new IllegalStateException(label() + ": a program of " + format + " runs on backend '"
          + backend + "' alone, in use is '" + used + "'");
    }
  }

  private List<Tensor> inputs(@Nullable Object inputs) {
    List<TensorSpec> wanted = program().inputs();
    List<Tensor> given = Nest.tensors(inputs);
    if (!wanted.isEmpty() && wanted.size() != given.size()) {
      throw new IllegalArgumentException(
          label() + ": expected " + wanted.size() + " inputs " + wanted + ", got " + given.size());
    }
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      Tensor t = given.get(i);
      if (!wanted.isEmpty()) {
        TensorSpec w = wanted.get(i);
        if (!w.shape().isCompatible(t.shape())) {
          throw new IllegalArgumentException(
              label() + ": input " + i + " expects shape " + w.shape() + ", got " + t.shape());
        }
        t = ArrayLike.convert(t, w.dtype());
      }
      out.add(t);
    }
    return out;
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    requireBackend();
    ForeignProgram p = program();
    boolean training = context.training();
    List<Tensor> in = inputs(inputs);
    Call call = new Call(p, weights.size(), in.size(), training, label());
    List<TensorSpec> specs = in.stream().map(Tensor::spec).toList();
    List<TensorSpec> results;
    try {
      results = p.outputs(specs, training);
    } catch (IllegalArgumentException e) {
      throw Failures.in(label(), e);
    }
    List<Integer> assigned = training ? p.assigned() : List.of();
    List<TensorSpec> promised = new ArrayList<>(results);
    assigned.forEach(k -> promised.add(weights.get(k).spec()));
    List<Tensor> arguments = new ArrayList<>();
    weights.forEach(w -> arguments.add(w.value()));
    arguments.addAll(in);
    if (training) {
      arguments.add(Objects.requireNonNull(seeds).next());
    }
    List<Tensor> out = CustomGradient.call(
        args -> new CustomGradient.WithGradient<>(
            Engine.bind(new HostCall(label(), promised, call::forward), args),
            cotangents -> call.gradients(args, cotangents.subList(0, results.size()))),
        arguments);
    for (int i = 0; i < assigned.size(); i++) {
      weights.get(assigned.get(i)).assign(out.get(results.size() + i));
    }
    return results.size() == 1 ? out.get(0) : out.subList(0, results.size());
  }

  /** A call of a program as code on arrays: weights, inputs, and in training a key of random numbers. */
  private record Call(
      ForeignProgram program, int weights, int inputs, boolean training, String label) {
    private ForeignProgram.Arguments arguments(List<NDArray> given) {
      long seed = 0;
      if (training) {
        NDArray key = given.get(weights + inputs);
        seed = key.getLong(0) << 32 | (key.getLong(1) & 0xffffffffL);
      }
      return new ForeignProgram.Arguments(
          given.subList(0, weights), given.subList(weights, weights + inputs), seed, training);
    }

    List<NDArray> forward(List<NDArray> given) {
      return program.call(arguments(given));
    }

    List<@Nullable Tensor> gradients(List<Tensor> given, List<Tensor> cotangents) {
      List<Tensor> in = new ArrayList<>(given);
      cotangents.stream().filter(c -> c.dtype().isFloat()).forEach(in::add);
      List<TensorSpec> promised = new ArrayList<>();
      List<Boolean> has = new ArrayList<>();
      for (int i = 0; i < given.size(); i++) {
        boolean one = i < weights
            ? program.weights().get(i).trainable()
            : i < weights + inputs && given.get(i).dtype().isFloat();
        has.add(one);
        if (one) {
          promised.add(given.get(i).spec());
        }
      }
      int n = given.size();
      List<Tensor> gradients = promised.isEmpty()
          ? List.of()
          : Engine.bind(
              new HostCall(
                  "the gradient of " + label,
                  promised,
                  a -> program.gradient(arguments(a), a.subList(n, a.size()))),
              in);
      List<@Nullable Tensor> out = new ArrayList<>();
      int k = 0;
      for (boolean one : has) {
        out.add(one ? gradients.get(k++) : null);
      }
      return out;
    }
  }
}
