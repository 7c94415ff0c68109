package org.keras4j.backend.pytorch;

import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/** Makes tensors of host arrays, and writes arrays into tensors. */
final class HostMemory {
  private static final Map<DType, TensorOptions> OPTIONS = new EnumMap<>(DType.class);
  private static final MemoryFormatOptional ANY = new MemoryFormatOptional();

  private HostMemory() {}

  private static TensorOptions options(DType t) {
    synchronized (OPTIONS) {
      return OPTIONS.computeIfAbsent(t, k -> new TensorOptions(TorchTypes.storage(k)));
    }
  }

  /** An uninitialized tensor in host memory; the caller closes it. */
  static Tensor empty(DType t, Shape shape) {
    return torch.empty(shape.toArray(), options(t), ANY);
  }

  static TorchTensor toDevice(NDArray array, String device) {
    TensorSpec spec = array.spec();
    LibTorch.MEMORY.watch(device).require(spec);
    Storage storage = Storage.owned(spec.bytes(), device);
    try (Tensor t = copied(array)) {
      if (device.startsWith("cpu")) {
        return wrap(t, spec, device, storage);
      }
      try (Device d = new Device(device.replace("gpu", "cuda"));
          DeviceOptional there = new DeviceOptional(d);
          Tensor moved = t.to(d, TorchTypes.storage(spec.dtype()))) {
        return wrap(moved, spec, device, storage);
      }
    } catch (RuntimeException e) {
      LibTorch.MEMORY.watch(device).freed(spec.bytes());
      throw Failures.wrap("Copying " + spec + " from the host to " + device, e);
    }
  }

  static TorchTensor wrap(Tensor t, TensorSpec spec, String device, Storage storage) {
    try (IValue v = new IValue(t)) {
      return new TorchTensor(spec, device, v, storage);
    }
  }

  /** A tensor in host memory with the elements of an array; the caller closes it. */
  static Tensor copied(NDArray array) {
    Tensor t = empty(array.dtype(), array.shape());
    write(array, t);
    return t;
  }

  /** Writes the elements into a contiguous tensor in host memory. */
  static void write(NDArray array, Tensor t) {
    long bytes = array.spec().bytes();
    if (bytes > 0) {
      TorchTensor.view(t, bytes).put(array.bytes());
    }
  }
}
