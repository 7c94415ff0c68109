package org.keras4j.backend.xla.runtime.embedded;

import static org.tensorflow.internal.c_api.global.tensorflow.TFE_DeleteTensorHandle;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_TensorHandleResolve;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.core.spi.SharedBytes;
import org.tensorflow.internal.c_api.TFE_TensorHandle;
import org.tensorflow.internal.c_api.TF_Tensor;

/** A tensor in host memory, held by a native handle. */
final class EmbeddedBuffer extends XlaBuffer {
  private final XlaDevice device;
  private final TensorType type;
  private final Release release;
  private final Cleaner.Cleanable cleanable;

  EmbeddedBuffer(
      XlaDevice device,
      TensorType type,
      TFE_TensorHandle handle,
      @Nullable Arena arena,
      SharedBytes bytes) {
    this.device = device;
    this.type = type;
    if (arena != null) {
      arena.retain();
    }
    this.release = new Release(handle, arena, bytes);
    this.cleanable = EmbeddedRuntime.CLEANER.register(this, release);
  }

  TFE_TensorHandle handle() {
    TFE_TensorHandle h = release.handle;
    if (h == null) {
      throw new IllegalStateException("A buffer " + type + " is closed, or was donated");
    }
    return h;
  }

  /** Takes the place of what it was: one object lives as long as the array that programs replace. */
  void become(TFE_TensorHandle handle, Arena arena) {
    release.become(handle, arena);
    keepTurned(null);
  }

  /** What it holds, together with its views. */
  SharedBytes bytes() {
    return release.bytes;
  }

  @Nullable
  Arena arena() {
    return release.arena;
  }

  @Override
  public TensorType type() {
    return type;
  }

  @Override
  public XlaDevice device() {
    return device;
  }

  @Override
  public Read startRead(ByteBuffer destination) {
    CallFrame f = CallFrame.get();
    TF_Tensor t = TFE_TensorHandleResolve(handle(), f.status);
    f.check("Reading a tensor");
    try {
      long bytes = TF_TensorByteSize(t);
      if (bytes != type.bytes()) {
        throw new IllegalStateException(
            type + " has " + bytes + " bytes, expected " + type.bytes());
      }
      if (destination.remaining() < bytes) {
        throw new IllegalArgumentException(
            type + " needs " + bytes + " bytes, got room for " + destination.remaining());
      }
      if (bytes > 0) {
        Pointer.memcpy(new Pointer(destination), TF_TensorData(t), bytes);
      }
      return () -> {};
    } finally {
      TF_DeleteTensor(t);
      java.lang.ref.Reference.reachabilityFence(this);
    }
  }

  @Override
  public void await() {
    handle();
  }

  @Override
  public boolean isClosed() {
    return release.handle == null;
  }

  @Override
  public void close() {
    keepTurned(null);
    cleanable.clean();
  }

  private static final class Release implements Runnable {
    volatile @Nullable TFE_TensorHandle handle; // null once closed
    volatile @Nullable Arena arena;
    volatile SharedBytes bytes;

    Release(TFE_TensorHandle handle, @Nullable Arena arena, SharedBytes bytes) {
      this.handle = handle;
      this.arena = arena;
      this.bytes = bytes;
    }

    synchronized void become(TFE_TensorHandle next, Arena nextArena) {
      TFE_TensorHandle before = handle;
      if (before == null) { // closed meanwhile, and stays so
        TFE_DeleteTensorHandle(next);
        return;
      }
      handle = next;
      bytes = bytes.replaced();
      TFE_DeleteTensorHandle(before);
      Arena old = arena;
      if (old != nextArena) {
        nextArena.retain();
        arena = nextArena;
        if (old != null) {
          old.release();
        }
      }
    }

    @Override
    public synchronized void run() {
      TFE_TensorHandle h = handle;
      if (h != null) {
        handle = null;
        TFE_DeleteTensorHandle(h);
        bytes.release();
        Arena a = arena;
        if (a != null) {
          a.release();
        }
      }
    }
  }
}
