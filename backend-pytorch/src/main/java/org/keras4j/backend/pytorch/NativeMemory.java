package org.keras4j.backend.pytorch;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import org.keras4j.core.spi.MemoryWatch;

/**
 * Counts the bytes that tensors hold outside the Java heap, and frees those of tensors that became
 * unreachable.
 *
 * <p>The limit is system property {@code keras4j.pytorch.memoryLimit}, see {@link MemoryWatch}.
 */
final class NativeMemory {
  /** What frees native memory once its owner is unreachable. */
  abstract static class Handle<T> extends PhantomReference<T> {
    Handle(T owner) {
      super(owner, QUEUE);
    }

    /** Frees; called once at most, by the reclaimer. */
    abstract void reclaim();
  }

  private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  private static final MemoryWatch WATCH =
      new MemoryWatch(MemoryWatch.hostLimit("pytorch"), () -> {});

  static {
    Thread t = new Thread(NativeMemory::reclaimForever, "keras4j-pytorch-reclaimer");
    t.setDaemon(true);
    t.start();
  }

  private NativeMemory() {}

  /** The count of bytes. */
  static MemoryWatch watch() {
    return WATCH;
  }

  private static void reclaimForever() {
    while (true) {
      try {
        ((Handle<?>) QUEUE.remove()).reclaim();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
