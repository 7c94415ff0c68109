package org.keras4j.backend.xla;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.dynamic.DynamicGraph;
import org.keras4j.backend.xla.emit.EmitOptions;
import org.keras4j.backend.xla.emit.FusedAttention;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.backend.xla.emit.Precision;
import org.keras4j.backend.xla.emit.RecomputedSlopes;
import org.keras4j.backend.xla.emit.Types;
import org.keras4j.backend.xla.host.HostNodes;
import org.keras4j.backend.xla.runtime.Capabilities;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.embedded.EmbeddedRuntime;
import org.keras4j.backend.xla.runtime.pjrt.PjrtRuntime;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.CompileOptions.Division;
import org.keras4j.core.spi.DeviceMemory;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.TransferMemory;

/**
 * Runs graphs as XLA programs. An eager call is a program of one primitive, kept for the next call of
 * its kind. What XLA cannot do runs on the host, between programs.
 */
public final class XlaBackend implements Backend {
  // traced again, these gradients would go over all classes once more than their closed form does
  private static final Set<String> CLOSED_GRADIENTS = Stream.of(
          Composites.SPARSE_CROSS_ENTROPY, Composites.CROSS_ENTROPY)
      .flatMap(c -> Stream.of(c.name(), c.forward(), c.backward()))
      .collect(Collectors.toUnmodifiableSet());

  private final XlaRuntime runtime;
  private final Precision precision;
  private final Map<String, String> flags;
  private final @Nullable Path dump;
  private final TurnedWeights turned;
  private final EagerPrograms eager = new EagerPrograms(this);
  private final AtomicLong programs = new AtomicLong();
  private @Nullable Boolean fusedAttention;

  XlaBackend(XlaRuntime runtime, Precision precision, Map<String, String> flags) {
    this(runtime, precision, flags, null, XlaSettings.Turned.AUTO);
  }

  XlaBackend(
      XlaRuntime runtime,
      Precision precision,
      Map<String, String> flags,
      @Nullable Path dump,
      XlaSettings.Turned turned) {
    this.runtime = runtime;
    this.precision = precision;
    this.flags = flags;
    this.dump = dump;
    this.turned = new TurnedWeights(runtime, turned);
  }

  /** Writes a program's text where the settings say; it is named by its content. */
  void dump(String text) {
    if (dump != null) {
      try {
        String name = String.format("%08x_%d.mlir", text.hashCode(), text.length());
        AtomicFile.writeString(dump.resolve(name), text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static XlaBackend start(XlaSettings settings) {
    XlaRuntime runtime = settings.plugin() == null
        ? new EmbeddedRuntime(settings.flags(), settings.devices())
        : PjrtRuntime.load(settings.plugin(), settings.client(), settings.cache());
    return new XlaBackend(
        runtime, settings.precision(), settings.programFlags(), settings.dump(), settings.turned());
  }

  /** What runs the programs. */
  public XlaRuntime runtime() {
    return runtime;
  }

  EmitOptions emitOptions() {
    Capabilities c = runtime.capabilities();
    return new EmitOptions(precision, c.keepsNaN(), c.cpu(), fusesAttention(), c.cuda(), false);
  }

  // asked of the device once: cuDNN may be missing there, or the device be too old
  private synchronized boolean fusesAttention() {
    if (fusedAttention == null) {
      fusedAttention = runtime.capabilities().cuda() && compiles(FusedAttention.probe());
    }
    return fusedAttention;
  }

  private boolean compiles(Module m) {
    ProgramSpec spec =
        new ProgramSpec("attention", m.parameters(), m.results(), Map.of(), 0, Map.of());
    try (XlaProgram program = runtime.compile(m.text(), spec)) {
      return program != null;
    } catch (XlaException e) {
      return false;
    }
  }

  TurnedWeights turnedWeights() {
    return turned;
  }

  Map<String, String> flags() {
    return flags;
  }

  @Override
  public String name() {
    return "xla";
  }

  @Override
  public String version() {
    return runtime.version() + " (" + runtime.name() + ")";
  }

  @Override
  public List<String> devices() {
    return runtime.devices().stream().map(XlaDevice::name).toList();
  }

  XlaDevice device(String name) {
    List<XlaDevice> all = runtime.devices();
    if (name.isEmpty()) {
      return all.get(0);
    }
    for (XlaDevice d : all) {
      if (d.name().equals(name)) {
        return d;
      }
    }
    throw new IllegalArgumentException(
        "Backend 'xla' has no device '" + name + "', only " + devices());
  }

  @Override
  public boolean supports(DType dtype) {
    return Types.supports(dtype);
  }

  @Override
  public BackendTensor fromHost(NDArray array, String device) {
    TensorType t = Types.of(array.spec());
    XlaDevice d = device(device);
    runtime.watch(d).require(array.spec());
    return wrap(runtime.fromHost(t, array.bytes(), d), array.spec());
  }

  @Override
  public BackendTensor fromHost(NDArray array, Placement placement) {
    TensorSpec part = placement.part(array.spec());
    TensorType t = Types.of(part);
    XlaBuffer[] shards = new XlaBuffer[placement.devices().size()];
    for (int i = 0; i < shards.length; i++) {
      XlaDevice d = device(placement.devices().get(i));
      runtime.watch(d).require(part);
      shards[i] = runtime.fromHost(t, placement.part(array, i).bytes(), d);
    }
    return new ShardedTensor(this, placement, array.spec(), shards);
  }

  @Override
  public boolean dividesPrograms() {
    return runtime.devices().size() > 1;
  }

  @Override
  public @Nullable TransferMemory transferMemory(long bytes) {
    return runtime.transferMemory(bytes);
  }

  @Override
  public DeviceMemory memory(String device) {
    return runtime.memory(device(device));
  }

  /** A buffer as a tensor; unknown dimensions of the spec are those of the buffer. */
  XlaTensor wrap(XlaBuffer b, TensorSpec spec) {
    return new XlaTensor(
        this,
        b,
        spec.shape().isKnown() ? spec : spec.withShape(Shape.of(b.type().dims())));
  }

  /**
   * A tensor of this backend as such, on one device; one that lies on several is copied to the default one.
   *
   * @throws IllegalArgumentException if it belongs to another
   */
  XlaTensor own(BackendTensor t) {
    if (t instanceof XlaTensor x && x.backend() == this) {
      return x;
    }
    if (t instanceof ShardedTensor s && s.backend() == this) {
      return (XlaTensor) fromHost(s.toHost(), Keras.device());
    }
    throw new IllegalArgumentException(
        "Backend 'xla' got a tensor of another backend: " + t.getClass().getName());
  }

  /** A second tensor with the same elements: a view where memory is never overwritten, else a copy on the device. */
  XlaTensor copy(XlaTensor t) {
    XlaBuffer view = runtime.view(t.buffer(), t.buffer().type());
    if (view != null) {
      return wrap(view, t.spec());
    }
    List<TensorSpec> specs = List.of(t.spec());
    return own(eager
        .get(new StopGradient(), specs, specs, t.buffer().device())
        .run(List.of(t))
        .get(0));
  }

  @Override
  public List<BackendTensor> execute(
      Primitive p, List<BackendTensor> given, List<TensorSpec> outputs) {
    List<BackendTensor> inputs = onOneDevice(given);
    NDArray literal = p.literal();
    if (literal != null) {
      return List.of(fromHost(literal, ""));
    }
    Primitive known = KnownSizes.fill(p, inputs);
    if (known != null) {
      List<BackendTensor> in = inputs.subList(0, KnownSizes.inputs(p));
      return execute(known, in, known.infer(in.stream().map(BackendTensor::spec).toList()));
    }
    XlaDevice at = inputs.isEmpty()
        ? runtime.devices().get(0)
        : own(inputs.get(0)).buffer().device();
    if (p.is(Trait.SAME_ELEMENTS) && outputs.size() == 1) {
      XlaTensor x = own(inputs.get(0));
      runtime.watch(at).requireView(outputs);
      TensorSpec spec = outputs.get(0);
      if (spec.shape().isKnown()) {
        XlaBuffer view = runtime.view(x.buffer(), Types.of(spec));
        if (view != null) {
          return List.of(wrap(view, spec));
        }
      }
    }
    runtime.watch(at).require(outputs);
    if (HostNodes.isHostCall(p)) {
      return HostNodes.run(this, p, inputs, outputs, "");
    }
    List<TensorSpec> in = new ArrayList<>(inputs.size());
    XlaDevice device = null;
    for (BackendTensor t : inputs) {
      in.add(t.spec());
      XlaDevice d = own(t).buffer().device();
      if (device != null && d != device) {
        throw new IllegalArgumentException("inputs lie on " + device.name() + " and " + d.name());
      }
      device = d;
    }
    if (device == null) {
      device = device(Keras.device());
    }
    try {
      return eager.get(p, in, outputs, device).run(inputs);
    } catch (XlaException e) {
      throw e.in(p.label() + " on " + in); // the program has a number only
    }
  }

  private List<BackendTensor> onOneDevice(List<BackendTensor> given) {
    for (BackendTensor t : given) {
      if (t instanceof ShardedTensor) {
        return given.stream().map(x -> (BackendTensor) own(x)).toList();
      }
    }
    return given;
  }

  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    XlaDevice device = device(options.device());
    String name = "program " + programs.incrementAndGet();
    Division division = options.division();
    if (division != null) {
      if (options.dynamic() || hasOpenSizes(graph)) {
        throw new IllegalArgumentException(
            "Sizes that values tell cannot be divided among several devices");
      }
      return new DividedGraph(this, graph, name, options.donated(), division);
    }
    if (HostNodes.any(graph)) {
      return new StagedGraph(this, graph, options);
    } else if (options.dynamic() || hasOpenSizes(graph)) {
      return new DynamicGraph(this, graph, options);
    }
    return new CompiledGraph(this, graph, name, options.donated(), device);
  }

  // sizes that values of inputs tell
  private static boolean hasOpenSizes(Graph graph) {
    return graph.nodes().stream()
        .flatMap(n -> n.outputs().stream())
        .anyMatch(v -> !v.spec().shape().isKnown());
  }

  /** Attention where cuDNN has it; and bodies, kept whole for the gradients that go with them. */
  @Override
  public boolean claims(Composite composite, List<TensorSpec> inputs) {
    return CLOSED_GRADIENTS.contains(composite.name())
            || runtime.capabilities().cuda() && RecomputedSlopes.has(composite.name())
        ? inputs.stream().allMatch(s -> s.shape().isKnown())
        : FusedAttention.fits(composite, inputs) && fusesAttention();
  }

  @Override
  public boolean prefersPrograms() {
    return true;
  }

  @Override
  public boolean compilesHostCalls() {
    return true;
  }

  @Override
  public List<NDArray> toHost(List<BackendTensor> tensors) {
    for (BackendTensor t : tensors) {
      if (t instanceof ShardedTensor) {
        return tensors.stream().map(BackendTensor::toHost).toList();
      }
    }
    return XlaTensor.read(tensors.stream().map(this::own).toList());
  }

  @Override
  public void synchronize() {
    runtime.synchronize();
  }
}
