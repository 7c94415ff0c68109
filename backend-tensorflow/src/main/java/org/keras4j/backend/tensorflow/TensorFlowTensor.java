package org.keras4j.backend.tensorflow;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.runtime.Caller;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.Handle;
import org.keras4j.backend.tensorflow.runtime.HostTransfer;
import org.keras4j.backend.tensorflow.runtime.OwnedHandle;
import org.keras4j.backend.tensorflow.runtime.TensorFlowLibrary;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.SharedBytes;

/** An eager tensor of TensorFlow with our shape and dtype. */
final class TensorFlowTensor implements BackendTensor {
  private final TensorSpec spec;
  private final String device;
  private final Handle handle;
  private final OwnedHandle memory;
  private boolean closed;

  /** Takes the handle over. A dimension that the spec does not know is asked of the tensor. */
  TensorFlowTensor(Handle handle, TensorSpec spec, String device) {
    this(handle, spec, device, null);
  }

  /** Likewise, and lies in the memory of another. */
  TensorFlowTensor(Handle handle, TensorSpec spec, String device, @Nullable TensorFlowTensor of) {
    this.handle = handle;
    this.device = device;
    this.spec = spec.shape().isKnown()
        ? spec
        : spec.withShape(Shape.of(HostTransfer.shape(handle, Engine.get().caller())));
    SharedBytes bytes = of == null
        ? new SharedBytes(TensorFlowLibrary.MEMORY.watch(device), this.spec.bytes())
        : of.memory.share();
    this.memory = OwnedHandle.of(this, handle, bytes);
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public String device() {
    return device;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This tensor " + spec + " of backend 'tensorflow' is closed");
    }
  }

  /** Hands the tensor to a call; the call keeps it alive, whoever closes it meanwhile. */
  synchronized void giveTo(Caller caller) {
    requireOpen();
    caller.input(handle);
    Reference.reachabilityFence(this);
  }

  /** A further reference, which the caller of this frees. */
  synchronized Handle share(Caller caller) {
    requireOpen();
    Handle h = HostTransfer.share(handle, caller);
    Reference.reachabilityFence(this);
    return h;
  }

  /** A copy on another device. */
  synchronized Handle copyTo(BytePointer nativeDevice, Engine engine) {
    requireOpen();
    Handle h = HostTransfer.toDevice(handle, engine, nativeDevice, engine.caller());
    Reference.reachabilityFence(this);
    return h;
  }

  @Override
  public synchronized NDArray toHost() {
    requireOpen();
    NDArray a = HostTransfer.toHost(handle, spec, Engine.get().caller());
    Reference.reachabilityFence(this);
    return a;
  }

  @Override
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      memory.free();
    }
  }

  @Override
  public String toString() {
    return "TensorFlowTensor(" + spec + (isClosed() ? ", closed)" : ")");
  }

  static TensorFlowTensor of(@Nullable BackendTensor t) {
    if (t instanceof TensorFlowTensor f) {
      return f;
    }
    throw new IllegalArgumentException("Expected a tensor of backend 'tensorflow', got " + t);
  }
}
