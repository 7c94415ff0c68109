package org.keras4j.backend.xla.runtime.pjrt;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.XlaException;
import org.lwjgl.system.MemoryUtil;

/** Whole pages of memory that a plugin knows, and what it still copies out of them. */
final class DmaBlock {
  /** As much as one buffer of Java's holds, in whole pages, and one more to align them. */
  static final int MOST = Integer.MAX_VALUE - 2 * 4096;

  private static final int PAGE = 4096;

  final ByteBuffer memory;
  final long address;
  private long[] events = new long[4];
  private int pending;

  /**
   * Allocates them; every page is touched by that.
   *
   * @throws OutOfMemoryError if there is no room for them beside the heap
   */
  DmaBlock(int bytes) {
    // no page is shared with other memory: each is locked, and unlocked, for itself
    int whole = whole(bytes);
    ByteBuffer aligned = ByteBuffer.allocateDirect(Math.addExact(whole, PAGE)).alignedSlice(PAGE);
    this.memory = aligned.slice(0, whole);
    this.address = MemoryUtil.memAddress(memory);
  }

  /** The bytes of so many bytes' pages. */
  static int whole(int bytes) {
    return (bytes + PAGE - 1) / PAGE * PAGE;
  }

  int size() {
    return memory.capacity();
  }

  /** Notes a copy under way. */
  synchronized void copying(long event) {
    if (event != 0) {
      if (pending == events.length) {
        events = Arrays.copyOf(events, 2 * pending);
      }
      events[pending++] = event;
    }
  }

  /** Waits for all of them; the first failure is thrown when none is left. */
  void await(PjrtFunctions f) {
    XlaException failure = null;
    for (long[] e = take(); e != null; e = take()) {
      for (long event : e) {
        try {
          f.await(event);
        } catch (XlaException x) {
          failure = failure == null ? x : failure;
        }
      }
    }
    if (failure != null) {
      throw failure.during("Copying an array to a device");
    }
  }

  private synchronized long @Nullable [] take() {
    long[] out = pending == 0 ? null : Arrays.copyOf(events, pending);
    pending = 0;
    return out;
  }
}
