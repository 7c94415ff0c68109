package org.keras4j.core.spi;

import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;

/**
 * A tensor of a backend. The backend frees its memory on {@link #close()}, or some time after it
 * became unreachable.
 */
public interface BackendTensor extends AutoCloseable {
  TensorSpec spec();

  /** The device it lies on, {@code "cpu:0"}. */
  String device();

  /** A copy on the host; waits for the value. */
  NDArray toHost();

  boolean isClosed();

  /** Frees it; a second call does nothing. */
  @Override
  void close();
}
