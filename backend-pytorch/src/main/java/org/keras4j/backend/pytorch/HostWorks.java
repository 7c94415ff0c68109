package org.keras4j.backend.pytorch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.spi.BackendException;

/** What graphs leave to the host: random bits, and host calls. */
final class HostWorks {
  private HostWorks() {}

  /** The callback that does one piece of work that a script asks for. */
  static HostCallbacks.Callback callback(Script.HostWork work) {
    if (work instanceof Script.Call c) {
      return tensors -> call(c, tensors);
    }
    return HostWorks::randomBits;
  }

  /** The tensors are the key, and the words to be filled. */
  private static void randomBits(TensorVector tensors) {
    try (Tensor key = onHost(tensors.get(0))) {
      ByteBuffer k = TorchTensor.view(key, 8).order(ByteOrder.nativeOrder());
      Tensor out = tensors.get(1);
      long bytes = 4 * out.numel();
      if (bytes == 0) {
        return;
      }
      if (out.is_cpu()) {
        Philox.fill(TorchTensor.view(out, bytes), k.getInt(0), k.getInt(4));
        return;
      }
      try (Tensor host = HostMemory.empty(DType.UINT32, Shape.of(out.numel()))) {
        Philox.fill(TorchTensor.view(host, bytes), k.getInt(0), k.getInt(4));
        out.copy_(host.view_as(out)).close();
      }
    }
  }

  /** Random words, made where they are to lie if that is host memory. */
  static TorchTensor randomBits(NDArray key, Shape shape, String device) {
    int k0 = (int) key.getLong(0);
    int k1 = (int) key.getLong(1);
    TensorSpec spec = new TensorSpec(shape, DType.UINT32);
    if (!device.startsWith("cpu") || spec.bytes() == 0) {
      NDArray out = NDArray.zeros(DType.UINT32, shape);
      if (out.size() > 0) {
        Philox.fill(out.bytes(), k0, k1);
      }
      return HostMemory.toDevice(out, device);
    }
    try (Tensor t = HostMemory.empty(DType.UINT32, shape)) {
      Philox.fill(TorchTensor.view(t, spec.bytes()), k0, k1);
      return HostMemory.wrap(t, spec, device, Storage.owned(spec.bytes(), device));
    }
  }

  private static Tensor onHost(Tensor t) {
    try (Tensor host = t.cpu()) {
      return host.contiguous();
    }
  }

  private static void call(Script.Call c, TensorVector tensors) {
    HostCall p = c.call();
    int inputs = c.inputs().size();
    List<NDArray> in = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      Tensor t = tensors.get(i);
      in.add(
          TorchTensor.copyOut(t, new TensorSpec(Shape.of(sizes(t)), c.inputs().get(i))));
    }
    List<NDArray> out = results(p, in);
    for (int i = 0; i < out.size(); i++) {
      Tensor t = tensors.get(inputs + i);
      NDArray a = out.get(i);
      if (t.is_cpu()) {
        LibTorch.MEMORY.host().require(a.spec());
      }
      t.resize_(a.shape().toArray());
      if (t.is_cpu()) {
        HostMemory.write(a, t);
      } else {
        try (Tensor host = HostMemory.empty(a.dtype(), a.shape())) {
          HostMemory.write(a, host);
          t.copy_(host).close();
        }
      }
    }
  }

  /** Runs the function, and checks what it gives. */
  static List<NDArray> results(HostCall p, List<NDArray> in) {
    List<NDArray> out = p.body().call(in);
    boolean ok = out.size() == p.outputs().size();
    for (int i = 0; ok && i < out.size(); i++) {
      TensorSpec want = p.outputs().get(i);
      ok = out.get(i).dtype() == want.dtype()
          && want.shape().isCompatible(out.get(i).shape());
    }
    if (!ok) {
      throw new BackendException("The host function '" + p.function() + "' promised " + p.outputs()
          + ", and gave " + out.stream().map(NDArray::spec).toList());
    }
    return out;
  }

  static long[] sizes(Tensor t) {
    long[] d = new long[Math.toIntExact(t.dim())];
    for (int i = 0; i < d.length; i++) {
      d[i] = t.size(i);
    }
    return d;
  }
}
