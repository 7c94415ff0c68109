package org.keras4j.backend.pytorch;

import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.Backend;

/**
 * Exchanges tensors with code that uses libtorch's Java preset ({@code org.bytedeco:pytorch}) itself.
 * Nothing is copied: both sides refer to one memory, so a change in place on one is seen on the other.
 *
 * <p>An eager call on tensors that require a gradient is recorded by libtorch's automatic
 * differentiation as if its own functions had been called: a keras4j layer works inside a libtorch training
 * loop. Compiled functions are not recorded.
 */
public final class PyTorch {
  private PyTorch() {}

  /** The backend, loaded if it was not yet. */
  public static Backend backend() {
    return Keras.backend("pytorch");
  }

  /**
   * A keras4j tensor for a libtorch one.
   *
   * @param tensor stays the caller's, and may be closed independently
   * @throws IllegalArgumentException if it is undefined, sparse, or of a dtype that keras4j has not
   */
  public static EagerTensor fromTorch(org.bytedeco.pytorch.Tensor tensor) {
    Backend backend = backend();
    if (!tensor.defined()) {
      throw new IllegalArgumentException("An undefined libtorch tensor has no counterpart");
    }
    if (tensor.is_sparse() || tensor.is_quantized() || tensor.is_mkldnn()) {
      throw new IllegalArgumentException("Only dense libtorch tensors have a counterpart");
    }
    TensorSpec spec = specOf(tensor);
    String device = tensor.is_cuda() ? "gpu:" + tensor.device().index() : "cpu:0";
    if (tensor.scalar_type().intern() == TorchTypes.storage(spec.dtype())) {
      return new EagerTensor(backend, HostMemory.wrap(tensor, spec, device, Storage.foreign()));
    }
    try (org.bytedeco.pytorch.Tensor bits = tensor.view(TorchTypes.storage(spec.dtype()))) {
      return new EagerTensor(backend, HostMemory.wrap(bits, spec, device, Storage.foreign()));
    }
  }

  /**
   * Shape and dtype of a libtorch tensor.
   *
   * @throws IllegalArgumentException if its dtype is one that keras4j has not
   */
  public static TensorSpec specOf(org.bytedeco.pytorch.Tensor tensor) {
    return new TensorSpec(
        Shape.of(HostWorks.sizes(tensor)), TorchTypes.of(tensor.scalar_type().intern()));
  }

  /**
   * The libtorch tensor of a keras4j one. A uint16, uint32 or uint64 tensor comes as libtorch's own type
   * of that name.
   *
   * @param tensor an eager tensor of this backend
   * @return a reference of its own, to be closed by the caller
   * @throws IllegalArgumentException if it is symbolic or of another backend
   * @throws IllegalStateException if it is closed
   */
  public static org.bytedeco.pytorch.Tensor toTorch(Tensor tensor) {
    if (!(tensor instanceof EagerTensor e)) {
      throw new IllegalArgumentException("A symbolic tensor has no numbers: " + tensor);
    }
    if (!(e.handle() instanceof TorchTensor t)) {
      throw new IllegalArgumentException(
          "Expected a tensor of backend 'pytorch', got one of '" + e.backend().name() + "'");
    }
    t.storage().pin(); // from now on not ours alone, so never overwritten
    org.bytedeco.pytorch.Tensor out = t.tensor();
    if (out.scalar_type().intern() == TorchTypes.natural(t.spec().dtype())) {
      return out;
    }
    try (org.bytedeco.pytorch.Tensor stored = out) {
      return stored.view(TorchTypes.natural(t.spec().dtype()));
    }
  }

  /** Bytes of native memory that tensors of this backend hold. */
  public static long memoryInUse() {
    return LibTorch.MEMORY.held();
  }
}
