package org.keras4j.backend.xla;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendTensor;

/** A tensor held by a buffer of a runtime. */
public final class XlaTensor implements BackendTensor {
  private static final int SMALL = 1024;
  private static final ThreadLocal<ByteBuffer> SCRATCH = ThreadLocal.withInitial(
      () -> ByteBuffer.allocateDirect(SMALL).order(ByteOrder.LITTLE_ENDIAN));

  private final XlaBackend backend;
  private final XlaBuffer buffer;
  private final TensorSpec spec;

  XlaTensor(XlaBackend backend, XlaBuffer buffer, TensorSpec spec) {
    this.backend = backend;
    this.buffer = buffer;
    this.spec = spec;
  }

  XlaBackend backend() {
    return backend;
  }

  /** What holds it on the device. */
  public XlaBuffer buffer() {
    return buffer;
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public String device() {
    return buffer.device().name();
  }

  @Override
  public NDArray toHost() {
    int bytes = Math.toIntExact(buffer.type().bytes());
    ByteBuffer b;
    if (bytes <= SMALL) {
      ByteBuffer direct = SCRATCH.get().duplicate();
      direct.clear().limit(bytes);
      buffer.read(direct);
      b = ByteBuffer.allocate(bytes);
      b.put(0, direct, 0, bytes);
    } else {
      b = ByteBuffer.allocateDirect(bytes);
      buffer.read(b.duplicate());
    }
    return NDArray.ofBytes(b, spec.dtype(), spec.shape());
  }

  @Override
  public boolean isClosed() {
    return buffer.isClosed();
  }

  @Override
  public void close() {
    buffer.close();
  }

  @Override
  public String toString() {
    return "XlaTensor(" + spec + ", " + device() + (isClosed() ? ", closed)" : ")");
  }
}
