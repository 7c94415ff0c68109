package org.keras4j.backend.xla;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.spi.TransferMemory;

/**
 * Where results of middle size land before they are copied to arrays on the heap. Each a direct buffer of its own
 * would cost several times the copying: its pages are new to the process until the collector has freed others.
 */
final class Landing implements AutoCloseable {
  private static final int LEAST = 64 << 10;
  private static final int MOST = 16 << 20; // larger ones would crowd the heap
  private static final int ALIGNMENT = 64;

  private final TransferMemory memory;
  private final ByteBuffer bytes;
  private int used;

  private Landing(TransferMemory memory) {
    this.memory = memory;
    this.bytes = memory.bytes();
  }

  /** Room for those of the tensors that {@link #takes} says; null if there are none, or no memory for it. */
  static @Nullable Landing of(List<XlaTensor> tensors) {
    long all = 0;
    for (XlaTensor t : tensors) {
      long n = t.buffer().type().bytes();
      all += takes(n) ? aligned(n) : 0;
    }
    TransferMemory m = all == 0 ? null : tensors.get(0).backend().runtime().transferMemory(all);
    return m == null ? null : new Landing(m);
  }

  /** Whether a result of so many bytes lands here. */
  static boolean takes(long bytes) {
    return bytes >= LEAST && bytes <= MOST;
  }

  /** So many bytes, up to where the next array may begin. */
  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The next so many bytes. */
  ByteBuffer next(int size) {
    ByteBuffer out = bytes.slice(used, size);
    used += (int) aligned(size);
    return out;
  }

  @Override
  public void close() {
    memory.close();
  }
}
