package org.keras4j.backend.xla;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendTensor;

/** A tensor held by a buffer of a runtime. */
public final class XlaTensor implements BackendTensor {
  private static final int SMALL = 1024;
  // small arrays are copied through it: a direct buffer costs more than what it would hold
  private static final ThreadLocal<ByteBuffer> SCRATCH =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(8 * SMALL));

  private final XlaBackend backend;
  private volatile @Nullable XlaBuffer buffer; // null once given away
  private final TensorSpec spec;
  private final XlaDevice device;

  XlaTensor(XlaBackend backend, XlaBuffer buffer, TensorSpec spec) {
    this.backend = backend;
    this.buffer = buffer;
    this.spec = spec;
    this.device = buffer.device();
  }

  XlaBackend backend() {
    return backend;
  }

  /** What holds it on the device. */
  public XlaBuffer buffer() {
    XlaBuffer b = buffer;
    if (b == null) {
      throw new IllegalStateException(
          "A tensor " + spec + " is closed: a program that was given it put another in its place");
    }
    return b;
  }

  /** Closes it and leaves its buffer to another. */
  void give() {
    buffer = null;
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public String device() {
    return device.name();
  }

  @Override
  public NDArray toHost() {
    return read(List.of(this)).get(0);
  }

  /** Copies of tensors on the host: all copies are begun before the first is waited for. */
  static List<NDArray> read(List<XlaTensor> tensors) {
    int n = tensors.size();
    ByteBuffer scratch = SCRATCH.get();
    int used = 0;
    ByteBuffer[] to = new ByteBuffer[n];
    ByteBuffer[] copies = new ByteBuffer[n]; // null: the array may keep what was read to
    XlaBuffer.Read[] reads = new XlaBuffer.Read[n];
    try (Landing landing = Landing.of(tensors)) {
      RuntimeException failure = null;
      try {
        for (int i = 0; i < n; i++) {
          XlaBuffer from = tensors.get(i).buffer();
          int bytes = Math.toIntExact(from.type().bytes());
          boolean shared = bytes <= SMALL && used + bytes <= scratch.capacity();
          Landing lands = landing != null && Landing.takes(bytes) ? landing : null;
          to[i] = shared
              ? scratch.slice(used, bytes)
              : lands != null ? lands.next(bytes) : ByteBuffer.allocateDirect(bytes);
          used += shared ? (int) Landing.aligned(bytes) : 0;
          reads[i] = from.startRead(to[i].duplicate());
          copies[i] = shared || lands != null ? ByteBuffer.allocate(bytes) : null;
        }
      } catch (RuntimeException e) {
        failure = e;
      }
      failure = awaitAll(reads, failure);
      if (failure != null) {
        throw failure;
      }
      List<NDArray> out = new ArrayList<>(n);
      for (int i = 0; i < n; i++) {
        TensorSpec spec = tensors.get(i).spec;
        ByteBuffer b = copies[i] == null ? to[i] : copies[i].put(0, to[i], 0, copies[i].capacity());
        out.add(NDArray.ofBytes(b, spec.dtype(), spec.shape()));
      }
      return out;
    }
  }

  // none may be left under way: it would write to memory that is used again
  private static @Nullable RuntimeException awaitAll(
      XlaBuffer.@Nullable Read[] reads, @Nullable RuntimeException first) {
    RuntimeException failure = first;
    for (XlaBuffer.Read r : reads) {
      try {
        if (r != null) {
          r.await();
        }
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    return failure;
  }

  @Override
  public boolean isClosed() {
    XlaBuffer b = buffer;
    return b == null || b.isClosed();
  }

  @Override
  public void close() {
    XlaBuffer b = buffer;
    if (b != null) {
      b.close();
    }
  }

  @Override
  public String toString() {
    return "XlaTensor(" + spec + ", " + device() + (isClosed() ? ", closed)" : ")");
  }
}
