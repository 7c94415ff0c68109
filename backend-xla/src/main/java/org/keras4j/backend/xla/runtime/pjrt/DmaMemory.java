package org.keras4j.backend.xla.runtime.pjrt;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.keras4j.core.spi.TransferMemory;

/** A block of a pool while somebody has it; forgotten, it goes back to the pool too. */
final class DmaMemory implements TransferMemory {
  private final PjrtFunctions f;
  private final DmaBlock block;
  private final int size;
  private final Cleaner.Cleanable cleanable;

  DmaMemory(DmaPool pool, PjrtFunctions f, DmaBlock block, int size) {
    this.f = f;
    this.block = block;
    this.size = size;
    this.cleanable = PjrtRuntime.CLEANER.register(this, () -> pool.giveBack(block));
  }

  @Override
  public ByteBuffer bytes() {
    return block.memory.slice(0, size);
  }

  @Override
  public void await() {
    try {
      block.await(f);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void close() {
    cleanable.clean();
  }
}
