package org.keras4j.backend.xla.runtime;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An array on a device. Methods may be called from any thread. */
public abstract class XlaBuffer implements AutoCloseable {
  // the last execution that this buffer was donated to; see ProgramSpec
  long execution;
  private @Nullable XlaBuffer turned;

  public abstract TensorType type();

  public abstract XlaDevice device();

  /**
   * Copies the elements, in C order, to a direct buffer from its position on; waits for them.
   *
   * @throws IllegalStateException if this buffer is closed
   * @throws XlaException if the computation that makes it failed
   */
  public final void read(ByteBuffer destination) {
    startRead(destination).await();
  }

  /**
   * Begins to copy the elements, as {@link #read}. Destination and this buffer must stay as they are until
   * {@link Read#await()} returned, which must be called once.
   */
  public abstract Read startRead(ByteBuffer destination);

  /** A copy to the host that was begun. */
  public interface Read {
    /**
     * Waits until the elements are there.
     *
     * @throws XlaException if the computation that makes them failed
     */
    void await();
  }

  /**
   * Waits until the elements are there.
   *
   * @throws XlaException if the computation that makes it failed
   */
  public abstract void await();

  /** A copy of its elements in another order that was kept with it, or null; see {@link #keepTurned}. */
  public final synchronized @Nullable XlaBuffer turned() {
    return turned;
  }

  /**
   * Keeps a copy in another order, until this buffer is closed or gets other elements.
   *
   * @param copy the copy, which is closed then; null to close what is kept
   */
  public final void keepTurned(@Nullable XlaBuffer copy) {
    XlaBuffer before;
    synchronized (this) {
      before = turned;
      turned = copy;
    }
    if (before != null) {
      before.close();
    }
  }

  public abstract boolean isClosed();

  /** Frees it; a second call does nothing. */
  @Override
  public abstract void close();
}
