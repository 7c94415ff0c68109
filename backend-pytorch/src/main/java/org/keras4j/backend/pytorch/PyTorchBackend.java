package org.keras4j.backend.pytorch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.keras4j.backend.pytorch.claims.Claims;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.RandomBits;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.MemoryWatch;

/**
 * Runs primitives on libtorch. Eager calls and compiled graphs share one lowering to TorchScript; an eager
 * call runs a small function made once.
 */
final class PyTorchBackend implements Backend {
  private final EagerKernels kernels = new EagerKernels();
  private final String version = LibTorch.version();
  private final List<String> devices = findDevices();

  private static List<String> findDevices() {
    List<String> out = new ArrayList<>();
    out.add("cpu:0");
    if (torch.cuda_is_available()) {
      for (int i = 0; i < torch.cuda_device_count(); i++) {
        out.add("gpu:" + i);
      }
    }
    return List.copyOf(out);
  }

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public String version() {
    return "libtorch " + version;
  }

  @Override
  public List<String> devices() {
    return devices;
  }

  @Override
  public boolean supports(DType dtype) {
    return TorchTypes.supports(dtype);
  }

  private String device(String name) {
    String d = name.isEmpty() ? devices.get(0) : name.contains(":") ? name : name + ":0";
    if (!devices.contains(d)) {
      throw new BackendException("Backend 'pytorch' has no device '" + name + "', only " + devices);
    }
    return d;
  }

  @Override
  public BackendTensor fromHost(NDArray array, String device) {
    require(array.dtype());
    return HostMemory.toDevice(array, device(device));
  }

  private void require(DType t) {
    if (!supports(t)) {
      throw new BackendException("Backend 'pytorch' has no tensors of dtype " + t);
    }
  }

  @Override
  public List<BackendTensor> execute(
      Primitive p, List<BackendTensor> inputs, List<TensorSpec> outputs) {
    for (TensorSpec o : outputs) {
      require(o.dtype());
    }
    NDArray literal = p.literal();
    if (literal != null) {
      return List.of(fromHost(literal, Keras.device()));
    }
    TorchTensor[] in = new TorchTensor[inputs.size()];
    List<TensorSpec> specs = new ArrayList<>(in.length);
    for (int i = 0; i < in.length; i++) {
      in[i] = own(inputs.get(i));
      specs.add(in[i].spec());
    }
    String device = in.length > 0 ? in[0].device() : device(Keras.device());
    MemoryWatch watch = LibTorch.MEMORY.watch(device);
    // a reshape has to copy what is not dense
    if (p.is(Trait.VIEW) && (!p.is(Trait.RESHAPE) || in[0].isDense())) {
      watch.requireView(outputs);
    } else {
      watch.require(outputs);
    }
    if (p instanceof RandomBits r) {
      return List.of(HostWorks.randomBits(in[0].toHost(), r.shape(), device));
    }
    if (p instanceof HostCall h) {
      return hostCall(h, in, device);
    }
    return List.copyOf(run(p, in, specs, outputs, device));
  }

  private List<TorchTensor> run(
      Primitive p, TorchTensor[] in, List<TensorSpec> specs, List<TensorSpec> out, String device) {
    try {
      Program program = kernels.program(p, specs, out, device, isDifferentiated(p, in));
      try {
        return program.run(in);
      } catch (RuntimeException e) {
        if (!Failures.isOutOfMemory(e)) {
          throw e;
        }
        LibTorch.MEMORY.watch(device).reclaim(); // what became unreachable may be enough
        return program.run(in);
      }
    } catch (RuntimeException e) {
      throw Failures.wrap(p.label() + " on " + specs, e);
    }
  }

  // of convolutions alone, whose text it changes
  private static boolean isDifferentiated(Primitive p, TorchTensor[] in) {
    if (p instanceof Conv || p instanceof ConvInputGrad || p instanceof ConvKernelGrad) {
      for (TorchTensor t : in) {
        if (t.tensor().requires_grad()) {
          return true;
        }
      }
    }
    return false;
  }

  private List<BackendTensor> hostCall(HostCall p, TorchTensor[] in, String device) {
    List<NDArray> arrays = new ArrayList<>();
    for (TorchTensor t : in) {
      arrays.add(t.toHost());
    }
    List<BackendTensor> out = new ArrayList<>();
    for (NDArray a : HostWorks.results(p, arrays)) {
      out.add(fromHost(a, device));
    }
    return out;
  }

  /** A tensor of this backend. */
  TorchTensor own(BackendTensor t) {
    if (t instanceof TorchTensor mine) {
      return mine;
    }
    throw new IllegalArgumentException("A tensor of another backend ("
        + t.getClass().getSimpleName() + ") was given to backend 'pytorch'");
  }

  /** A dense tensor of equal elements, in memory of its own. */
  TorchTensor copy(TorchTensor t) {
    LibTorch.MEMORY.watch(t.device()).require(t.spec());
    try (Tensor x = t.tensor();
        Tensor y = x.detach();
        MemoryFormatOptional dense = new MemoryFormatOptional(torch.MemoryFormat.Contiguous);
        Tensor z = y.clone(dense)) {
      return HostMemory.wrap(z, t.spec(), t.device(), Storage.owned(t.spec().bytes(), t.device()));
    }
  }

  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    return new CompiledGraph(this, graph, options, device(options.device()));
  }

  @Override
  public boolean claims(Composite composite, List<TensorSpec> inputs) {
    return Claims.accepts(composite, inputs);
  }

  @Override
  public boolean compilesHostCalls() {
    return true;
  }

  // the C library keeps what lies between tensors in use: half as much again as large weights
  @Override
  public void trim() {
    LibC.trim();
  }

  @Override
  public void synchronize() {
    if (devices.size() > 1) {
      torch.cuda_synchronize();
    }
  }
}
