package org.keras4j.backend.xla.runtime;

import java.nio.ByteBuffer;

/** An array on a device. Methods may be called from any thread. */
public interface XlaBuffer extends AutoCloseable {
  TensorType type();

  XlaDevice device();

  /**
   * Copies the elements, in C order, to a direct buffer from its position on; waits for them.
   *
   * @throws IllegalStateException if this buffer is closed
   * @throws XlaException if the computation that makes it failed
   */
  void read(ByteBuffer destination);

  /**
   * Waits until the elements are there.
   *
   * @throws XlaException if the computation that makes it failed
   */
  void await();

  boolean isClosed();

  /** Frees it; a second call does nothing. */
  @Override
  void close();
}
