package org.keras4j.core.spi;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/**
 * What a backend holds outside the Java heap: counts the bytes of its tensors, on the host and elsewhere, and frees those of tensors
 * that became unreachable, on a thread of its own.
 *
 * <p>The limit is system property {@code keras4j.<backend>.memoryLimit}, see {@link MemoryWatch}.
 */
public final class NativeMemory {
  private final ReferenceQueue<Object> unreachable = new ReferenceQueue<>();
  private final MemoryWatch host;

  /** Other devices refuse by themselves what they have no room for; forgotten tensors are to be found all the same. */
  private final MemoryWatch elsewhere =
      new MemoryWatch("the memory of the device", Long.MAX_VALUE, () -> {});

  /**
   * The memory of a backend, which keeps it as long as the process runs.
   *
   * @param backend its name, {@code "pytorch"}
   */
  public NativeMemory(String backend) {
    this.host = MemoryWatch.ofHost(backend, () -> {});
    Thread t = new Thread(this::reclaimForever, "keras4j-" + backend + "-reclaimer");
    t.setDaemon(true);
    t.start();
  }

  /**
   * What frees native memory once its owner is unreachable. The backend keeps it reachable until then.
   *
   * @param <T> the owner
   */
  public abstract static class Reclaimable<T> extends PhantomReference<T> {
    /**
     * Waits for the end of an owner.
     *
     * @param owner the Java object
     * @param memory whose thread frees
     */
    protected Reclaimable(T owner, NativeMemory memory) {
      super(owner, memory.unreachable);
    }

    /** Frees; called once at most, by the backend's reclaimer. */
    protected abstract void reclaim();
  }

  /** The count of bytes on the host. */
  public MemoryWatch host() {
    return host;
  }

  /**
   * The count of bytes on a device.
   *
   * @param device {@code "cpu:0"}, {@code "cuda:0"}
   * @return that of the host for a CPU
   */
  public MemoryWatch watch(String device) {
    return device.startsWith("cpu") ? host : elsewhere;
  }

  /** Bytes held now, wherever. */
  public long held() {
    return host.used() + elsewhere.used();
  }

  private void reclaimForever() {
    while (true) {
      try {
        ((Reclaimable<?>) unreachable.remove()).reclaim();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
