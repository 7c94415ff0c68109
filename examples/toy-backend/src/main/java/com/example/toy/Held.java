package com.example.toy;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.keras4j.core.spi.MemoryWatch;

/** The memory of a tensor, counted until the tensor is closed, or the collector finds that it was forgotten. */
final class Held extends PhantomReference<ToyTensor> {
  private static final ReferenceQueue<ToyTensor> FORGOTTEN = new ReferenceQueue<>();
  private static final Set<Held> ALL = ConcurrentHashMap.newKeySet();

  /** Counts what tensors hold, and refuses what would not fit. */
  static final MemoryWatch WATCH = MemoryWatch.ofHost("toy", Held::freeForgotten);

  private final long bytes;

  Held(ToyTensor tensor, long bytes) {
    super(tensor, FORGOTTEN);
    this.bytes = bytes;
    ALL.add(this);
    WATCH.allocated(bytes);
    freeForgotten();
  }

  /** Counts it no more; a second call does nothing. */
  void free() {
    if (ALL.remove(this)) {
      WATCH.freed(bytes);
    }
  }

  private static void freeForgotten() {
    for (Reference<?> r = FORGOTTEN.poll(); r != null; r = FORGOTTEN.poll()) {
      ((Held) r).free();
    }
  }
}
