package org.keras4j.backend.pytorch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NamedTensor;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.named_buffer_iterator;
import org.bytedeco.pytorch.named_buffer_list;
import org.bytedeco.pytorch.named_parameter_iterator;
import org.bytedeco.pytorch.named_parameter_list;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.ForeignProgram;

/**
 * A module of TorchScript, differentiated by libtorch. Its parameters and buffers are overwritten by those of each call, so
 * one call runs at a time.
 */
final class TorchScriptProgram implements ForeignProgram {
  /** Open sizes that shapes of results are tried with: of batches, and of other axes. */
  private static final long[][] TRIED = {{2, 3}, {96, 64}};

  private final JitModule module;
  private final byte[] bytes;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Weight> weights = new ArrayList<>();
  private final List<Integer> assigned = new ArrayList<>();
  private final Map<List<TensorSpec>, List<TensorSpec>> shapes = new HashMap<>();
  // which run without oneDNN: as libtorch 2.10 carries it, it computes wrong numbers in the usual
  // order of memory, channels first, with AVX-512; results too, where channels are no multiple of
  // 16
  private final boolean hasConvolutions;

  /** Takes over the module. */
  TorchScriptProgram(JitModule module) throws IOException {
    this.module = module;
    try (named_parameter_list all = module.named_parameters(true);
        named_parameter_iterator it = all.begin();
        named_parameter_iterator end = all.end()) {
      for (; it.notEquals(end); it.increment()) {
        add(it.access(), true);
      }
    }
    try (named_buffer_list all = module.named_buffers(true);
        named_buffer_iterator it = all.begin();
        named_buffer_iterator end = all.end()) {
      for (; it.notEquals(end); it.increment()) {
        add(it.access(), false);
      }
    }
    this.hasConvolutions = weights.stream().anyMatch(w -> w.value().shape().rank() >= 3);
    if (hasConvolutions) {
      OneDnn.willBeTurned();
    }
    this.bytes = saved();
  }

  private void add(NamedTensor named, boolean parameter) {
    String name = named.name().getString();
    Tensor t = new Tensor(named.value());
    TensorSpec spec = new TensorSpec(
        Shape.of(HostWorks.sizes(t)), TorchTypes.of(t.scalar_type().intern()));
    if (!parameter) {
      assigned.add(weights.size());
    }
    tensors.add(t);
    weights.add(new Weight(
        name,
        TorchTensor.copyOut(t, spec),
        parameter && t.requires_grad() && spec.dtype().isFloat()));
  }

  /** The file, with zeros for weights. */
  private byte[] saved() throws IOException {
    List<NDArray> zeros = new ArrayList<>();
    for (Weight w : weights) {
      zeros.add(NDArray.zeros(w.value().dtype(), w.value().shape()));
    }
    take(zeros);
    Path file = Files.createTempFile("program", ".pt");
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      module.save(file.toString());
      try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
        Files.copy(file, zip);
      }
      return out.toByteArray();
    } catch (RuntimeException e) {
      throw Failures.wrap("Saving a module of TorchScript", e);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  static TorchScriptProgram load(Path source) throws IOException {
    if (!Files.isRegularFile(source)) {
      throw new IOException(source + " is not a file of TorchScript: there is no such file");
    }
    LibTorch.version(); // loads the library
    JitModule module;
    try {
      module = torch.load(source.toString());
    } catch (RuntimeException e) {
      throw org.keras4j.core.internal.messages.Failures.inPlaceOf(
          e,
          new IOException(
              source + " cannot be loaded as a file of TorchScript: " + Failures.reason(e)));
    }
    return new TorchScriptProgram(module);
  }

  static TorchScriptProgram read(byte[] program) throws IOException {
    Path file = Files.createTempFile("program", ".pt");
    try {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(program))) {
        Files.write(file, in.readAllBytes());
      }
      return load(file);
    } finally {
      Files.deleteIfExists(file);
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
    return List.of(); // a module says how many there are, and not what they are
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public synchronized List<TensorSpec> outputs(List<TensorSpec> inputs, boolean training) {
    List<TensorSpec> known = shapes.get(inputs);
    if (known == null) {
      List<TensorSpec> one = tried(inputs, 0);
      known = one;
      if (inputs.stream().anyMatch(s -> !s.shape().isKnown())) {
        List<TensorSpec> other = tried(inputs, 1);
        List<TensorSpec> both = new ArrayList<>();
        for (int i = 0; i < one.size(); i++) {
          both.add(common(one.get(i), other.get(i)));
        }
        known = both;
      }
      shapes.put(List.copyOf(inputs), known);
    }
    return known;
  }

  private List<TensorSpec> tried(List<TensorSpec> inputs, int which) {
    List<NDArray> zeros = new ArrayList<>();
    for (TensorSpec s : inputs) {
      long[] dims = s.shape().toArray();
      for (int i = 0; i < dims.length; i++) {
        dims[i] = dims[i] < 0 ? TRIED[Math.min(i, 1)][which] : dims[i];
      }
      zeros.add(NDArray.zeros(s.dtype(), Shape.of(dims)));
    }
    List<NDArray> values = weights.stream().map(Weight::value).toList();
    List<NDArray> out;
    try {
      out = run(new Arguments(values, zeros, 0, false), List.of(), false);
    } catch (RuntimeException e) {
      throw org.keras4j.core.internal.messages.Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "the module does not take inputs " + inputs + ": " + e.getMessage(), e.getCause()));
    }
    return out.stream().map(NDArray::spec).toList();
  }

  private static TensorSpec common(TensorSpec a, TensorSpec b) {
    if (a.rank() != b.rank()) {
      throw new IllegalArgumentException(
          "the rank of the module's outputs depends on open sizes: " + a + ", " + b);
    }
    long[] dims = a.shape().toArray();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dims[i] == b.dim(i) ? dims[i] : -1;
    }
    return a.withShape(Shape.of(dims));
  }

  @Override
  public List<NDArray> call(Arguments arguments) {
    return hasConvolutions
        ? OneDnn.without(() -> run(arguments, List.of(), false))
        : run(arguments, List.of(), false);
  }

  @Override
  public List<NDArray> gradient(Arguments arguments, List<NDArray> cotangents) {
    return hasConvolutions
        ? OneDnn.without(() -> run(arguments, cotangents, true))
        : run(arguments, cotangents, true);
  }

  private synchronized List<NDArray> run(
      Arguments a, List<NDArray> cotangents, boolean differentiated) {
    List<Tensor> mine = new ArrayList<>(); // to be closed
    try (InferenceMode off = new InferenceMode(false)) {
      take(a.weights());
      if (module.is_training() != a.training()) {
        module.train(a.training());
      }
      try (AutoGradMode mode = new AutoGradMode(differentiated)) {
        List<Tensor> inputs = new ArrayList<>();
        for (NDArray x : a.inputs()) {
          Tensor t = HostMemory.copied(x);
          mine.add(t);
          inputs.add(t);
          if (differentiated && x.dtype().isFloat()) {
            t.set_requires_grad(true);
          }
        }
        List<Tensor> outputs =
            a.training() ? seeded(a.seed(), () -> forward(inputs)) : forward(inputs);
        mine.addAll(outputs);
        return differentiated
            ? gradients(a, inputs, outputs, cotangents)
            : results(outputs, a.training());
      }
    } catch (RuntimeException e) {
      throw Failures.wrap("The module of TorchScript", e);
    } finally {
      mine.forEach(Tensor::close);
    }
  }

  /** Overwrites parameters and buffers. */
  private void take(List<NDArray> values) {
    try (AutoGradMode off = new AutoGradMode(false)) {
      for (int i = 0; i < values.size(); i++) {
        Tensor t = tensors.get(i);
        if (t.is_cpu() && t.is_contiguous()) {
          HostMemory.write(values.get(i), t);
          continue;
        }
        try (Tensor from = HostMemory.copied(values.get(i))) {
          t.detach().copy_(from).close();
        }
      }
    }
  }

  private List<Tensor> forward(List<Tensor> inputs) {
    try (IValueVector in = new IValueVector()) {
      for (Tensor t : inputs) {
        in.push_back(new IValue(t));
      }
      try (IValue out = module.forward(in)) {
        return tensors(out);
      }
    }
  }

  private static List<Tensor> tensors(IValue out) {
    List<Tensor> all = new ArrayList<>();
    if (out.isTensor()) {
      all.add(new Tensor(out.toTensor()));
    } else if (out.isTensorList()) {
      TensorVector list = out.toTensorVector();
      for (long i = 0; i < list.size(); i++) {
        all.add(new Tensor(list.get(i)));
      }
    } else if (out.isTuple()) {
      IValueVector list = out.toTuple().elements().vec();
      for (long i = 0; i < list.size(); i++) {
        all.addAll(tensors(list.get(i)));
      }
    } else {
      throw new IllegalArgumentException(
          "A module of TorchScript that is a layer gives a tensor, or a"
              + " tuple or list of tensors; this one gives a " + out.tagKind().getString());
    }
    return all;
  }

  private interface Drawing {
    List<Tensor> call();
  }

  /** Random numbers of libtorch from a seed; afterwards its generator is as it was. */
  private static List<Tensor> seeded(long seed, Drawing body) {
    synchronized (Drawing.class) {
      Generator g = torch.getDefaultCPUGenerator();
      try (Tensor before = g.get_state()) {
        g.set_current_seed(seed);
        try {
          return body.call();
        } finally {
          g.set_state(before);
        }
      }
    }
  }

  private List<NDArray> results(List<Tensor> outputs, boolean training) {
    List<NDArray> out = new ArrayList<>();
    outputs.forEach(t -> out.add(array(t)));
    if (training) {
      assigned.forEach(k -> out.add(array(tensors.get(k))));
    }
    return out;
  }

  private static NDArray array(Tensor t) {
    return TorchTensor.copyOut(
        t,
        new TensorSpec(
            Shape.of(HostWorks.sizes(t)), TorchTypes.of(t.scalar_type().intern())));
  }

  private List<NDArray> gradients(
      Arguments a, List<Tensor> inputs, List<Tensor> outputs, List<NDArray> cotangents) {
    List<Tensor> wanted = new ArrayList<>();
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i).trainable()) {
        wanted.add(tensors.get(i));
        specs.add(weights.get(i).value().spec());
      }
    }
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).requires_grad()) {
        wanted.add(inputs.get(i));
        specs.add(a.inputs().get(i).spec());
      }
    }
    List<NDArray> out = new ArrayList<>();
    try (TensorVector of = new TensorVector();
        TensorVector by = new TensorVector();
        TensorVector given = new TensorVector();
        BoolOptional keep = new BoolOptional()) {
      int k = 0;
      for (Tensor y : outputs) {
        if (!TorchTypes.of(y.scalar_type().intern()).isFloat()) {
          continue;
        }
        NDArray c = cotangents.get(k++);
        if (y.requires_grad()) {
          of.push_back(y);
          given.push_back(HostMemory.copied(c));
        }
      }
      wanted.forEach(by::push_back);
      if (of.size() == 0) {
        specs.forEach(s -> out.add(NDArray.zeros(s.dtype(), s.shape())));
        return out;
      }
      try (TensorVector found = torch.grad(of, by, given, keep, false, true)) {
        for (int i = 0; i < specs.size(); i++) {
          Tensor g = found.get(i);
          out.add(
              g.defined()
                  ? TorchTensor.copyOut(g, specs.get(i))
                  : NDArray.zeros(specs.get(i).dtype(), specs.get(i).shape()));
        }
      }
    }
    return out;
  }

  @Override
  public synchronized void close() {
    tensors.forEach(Tensor::close);
    module.close();
  }
}
