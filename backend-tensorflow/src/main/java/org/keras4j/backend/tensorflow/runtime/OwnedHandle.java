package org.keras4j.backend.tensorflow.runtime;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.keras4j.core.spi.NativeMemory;
import org.keras4j.core.spi.SharedBytes;

/** A handle with the Java object whose end frees it. */
public final class OwnedHandle extends NativeMemory.Reclaimable<Object> {
  private static final Set<OwnedHandle> LIVE = ConcurrentHashMap.newKeySet();

  private final Handle handle;
  private final SharedBytes bytes;

  private OwnedHandle(Object owner, Handle handle, SharedBytes bytes) {
    super(owner, TensorFlowLibrary.MEMORY);
    this.handle = handle;
    this.bytes = bytes;
  }

  /** Ties a handle to its owner. */
  public static OwnedHandle of(Object owner, Handle handle, SharedBytes bytes) {
    OwnedHandle o = new OwnedHandle(owner, handle, bytes);
    LIVE.add(o);
    return o;
  }

  /** Frees now; a second call does nothing. */
  public void free() {
    if (LIVE.remove(this)) {
      clear();
      handle.release();
      bytes.release();
    }
  }

  @Override
  protected void reclaim() {
    free();
  }

  /** The bytes, for one that is a view of this one. */
  public SharedBytes share() {
    return bytes.share();
  }
}
