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
  private static final MemoryWatch WATCH = MemoryWatch.ofHost("pytorch", () -> {});

  /** Other devices refuse by themselves what they have no room for; forgotten tensors are to be found all the same. */
  private static final MemoryWatch ELSEWHERE =
      new MemoryWatch("the memory of the device", Long.MAX_VALUE, () -> {});

  static {
    Thread t = new Thread(NativeMemory::reclaimForever, "keras4j-pytorch-reclaimer");
    t.setDaemon(true);
    t.start();
  }

  private NativeMemory() {}

  /** The count of bytes on the host. */
  static MemoryWatch watch() {
    return WATCH;
  }

  /** Bytes held now, wherever. */
  static long held() {
    return WATCH.used() + ELSEWHERE.used();
  }

  /** The count of bytes on a device. */
  static MemoryWatch watch(String device) {
    return device.startsWith("cpu") ? WATCH : ELSEWHERE;
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
