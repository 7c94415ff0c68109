package org.keras4j.core.spi;

import java.nio.ByteBuffer;

/**
 * Memory on the host that a device reads by itself. An array over a part of it is copied to a device without a
 * copy on the host in between, and while the caller goes on: {@link Backend#fromHost} only begins to copy it.
 * So it is written again after {@link #await} only. One thread at a time uses it; making it takes long, using
 * it again and again is what it is for.
 */
public interface TransferMemory extends AutoCloseable {
  /** All of it, from position 0 to the limit; shared, not copied. What was there before is undefined. */
  ByteBuffer bytes();

  /**
   * Waits until all copies out of it are made.
   *
   * @throws BackendException if one failed
   */
  void await();

  /** Gives it back; nothing may be written to it afterwards. Copies under way are still made. */
  @Override
  void close();
}
