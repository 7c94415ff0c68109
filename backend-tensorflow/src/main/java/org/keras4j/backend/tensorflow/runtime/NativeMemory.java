package org.keras4j.backend.tensorflow.runtime;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.keras4j.core.spi.MemoryWatch;
import org.keras4j.core.spi.SharedBytes;

/**
 * What lives outside the Java heap: counts the bytes of tensors and compiled functions, and frees tensors
 * that became unreachable.
 *
 * <p>The limit is system property {@code keras4j.tensorflow.memoryLimit}, see {@link MemoryWatch}.
 */
public final class NativeMemory {
  private static final ReferenceQueue<Object> UNREACHABLE = new ReferenceQueue<>();
  private static final Set<Owned> LIVE = ConcurrentHashMap.newKeySet();
  private static final MemoryWatch WATCH = MemoryWatch.ofHost("tensorflow", () -> {});

  /** Other devices refuse by themselves what they have no room for; forgotten tensors are to be found all the same. */
  private static final MemoryWatch ELSEWHERE =
      new MemoryWatch("the memory of the device", Long.MAX_VALUE, () -> {});

  static {
    Thread t = new Thread(NativeMemory::reclaim, "keras4j-tensorflow-reclaimer");
    t.setDaemon(true);
    t.start();
  }

  private NativeMemory() {}

  /** A handle with the Java object whose end frees it. */
  public static final class Owned extends PhantomReference<Object> {
    private final Handle handle;
    private final SharedBytes bytes;

    private Owned(Object owner, Handle handle, SharedBytes bytes) {
      super(owner, UNREACHABLE);
      this.handle = handle;
      this.bytes = bytes;
    }

    /** Frees now; a second call does nothing. */
    public void free() {
      if (LIVE.remove(this)) {
        clear();
        handle.release();
        bytes.release();
      }
    }

    /** The bytes, for one that is a view of this one. */
    public SharedBytes share() {
      return bytes.share();
    }
  }

  /** Ties a handle to its owner. */
  public static Owned own(Object owner, Handle handle, SharedBytes bytes) {
    Owned o = new Owned(owner, handle, bytes);
    LIVE.add(o);
    return o;
  }

  /** The count of bytes on a device. */
  public static MemoryWatch watch(String device) {
    return device.startsWith("cpu") ? WATCH : ELSEWHERE;
  }

  /** Counts what is no tensor. */
  public static void allocated(long bytes) {
    WATCH.allocated(bytes);
  }

  /** Counts the end of what is no tensor. */
  public static void freed(long bytes) {
    WATCH.freed(bytes);
  }

  /** Bytes held now by tensors and compiled functions. */
  public static long held() {
    return WATCH.used() + ELSEWHERE.used();
  }

  private static void reclaim() {
    while (true) {
      try {
        ((Owned) UNREACHABLE.remove()).free();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
