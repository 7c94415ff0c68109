package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutInt;
import static org.lwjgl.system.MemoryUtil.memPutLong;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.core.spi.MemoryWatch;
import org.lwjgl.system.MemoryUtil;

/** An array on a device of a plugin. */
final class PjrtBuffer extends XlaBuffer {
  private final PjrtRuntime runtime;
  private final TensorType type;
  private final XlaDevice device;
  private final Handle handle;
  private final Cleaner.Cleanable cleanable;

  PjrtBuffer(PjrtRuntime runtime, TensorType type, XlaDevice device, long address) {
    this.runtime = runtime;
    this.type = type;
    this.device = device;
    this.handle = new Handle(address, type.bytes(), runtime.watch(device), runtime.forgotten());
    this.cleanable = PjrtRuntime.CLEANER.register(this, handle);
    handle.watch.allocated(handle.bytes);
  }

  /**
   * The plugin's own.
   *
   * @throws IllegalStateException if it is closed
   */
  long address() {
    long a = handle.get();
    if (a == 0) {
      throw new IllegalStateException("A buffer " + type + " is closed, or was donated");
    }
    return a;
  }

  /** Takes the place of what it was: one object lives as long as the array that programs replace. */
  void become(long before, long after) {
    if (!handle.compareAndSet(before, after)) {
      runtime.functions().destroyBuffer(after); // closed meanwhile, and stays so
    }
    keepTurned(null);
  }

  @Override
  public TensorType type() {
    return type;
  }

  @Override
  public XlaDevice device() {
    return device;
  }

  @Override
  public Read startRead(ByteBuffer destination) {
    if (!destination.isDirect() || destination.remaining() < type.bytes()) {
      throw new IllegalArgumentException(
          type + " needs a direct buffer of " + type.bytes() + " bytes, got " + destination);
    }
    PjrtFunctions f = runtime.functions();
    int rank = type.rank();
    long order = MemoryUtil.nmemAllocChecked(8L * Math.max(1, rank));
    try {
      for (int i = 0; i < rank; i++) {
        memPutLong(order + 8L * i, rank - 1 - i);
      }
      Frame frame = Frame.get();
      long layout = frame.struct(1, PjrtLayout.BufferMemoryLayout.SIZE);
      long tiled = layout + PjrtLayout.BufferMemoryLayout.TILED;
      memPutAddress(layout, PjrtLayout.BufferMemoryLayout.SIZE);
      memPutAddress(tiled, PjrtLayout.BufferMemoryLayoutTiled.SIZE);
      memPutAddress(tiled + PjrtLayout.BufferMemoryLayoutTiled.MINOR_TO_MAJOR, order);
      memPutLong(tiled + PjrtLayout.BufferMemoryLayoutTiled.MINOR_TO_MAJOR_SIZE, rank);
      memPutInt(layout + PjrtLayout.BufferMemoryLayout.TYPE, 0);
      long s = frame.struct(0, PjrtLayout.BufferToHostBuffer.SIZE);
      memPutAddress(s + PjrtLayout.BufferToHostBuffer.SRC, address());
      memPutAddress(s + PjrtLayout.BufferToHostBuffer.HOST_LAYOUT, layout);
      memPutAddress(s + PjrtLayout.BufferToHostBuffer.DST, MemoryUtil.memAddress(destination));
      memPutLong(s + PjrtLayout.BufferToHostBuffer.DST_SIZE, destination.remaining());
      if (type.elements() == 0) {
        return this::await;
      }
      f.api.call(f.bufferToHost, s);
      long event = memGetAddress(s + PjrtLayout.BufferToHostBuffer.EVENT);
      return () -> awaitRead(event, destination);
    } catch (XlaException e) {
      throw e.during("Reading " + type + " from " + device.name());
    } finally {
      MemoryUtil.nmemFree(order);
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(destination);
    }
  }

  private void awaitRead(long event, ByteBuffer destination) {
    try {
      runtime.functions().await(event);
    } catch (XlaException e) {
      throw e.during("Reading " + type + " from " + device.name());
    } finally {
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(destination);
    }
  }

  @Override
  public void await() {
    try {
      runtime.functions().awaitBuffer(address());
    } catch (XlaException e) {
      throw e.during("Computing " + type + " on " + device.name());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean isClosed() {
    return handle.get() == 0;
  }

  @Override
  public void close() {
    long a = handle.getAndSet(0);
    if (a != 0) {
      keepTurned(null);
      cleanable.clean(); // finds nothing left to do
      handle.watch.freed(handle.bytes);
      runtime.functions().destroyBuffer(a);
    }
  }

  /** What is left when a buffer was forgotten: its address, for the next caller to destroy. */
  private static final class Handle extends AtomicLong implements Runnable {
    private static final long serialVersionUID = 1L;
    private final long bytes;
    private final transient MemoryWatch watch;
    private final transient ReleaseQueue queue;

    Handle(long address, long bytes, MemoryWatch watch, ReleaseQueue queue) {
      super(address);
      this.bytes = bytes;
      this.watch = watch;
      this.queue = queue;
    }

    @Override
    public void run() {
      long a = getAndSet(0);
      if (a != 0) {
        watch.freed(bytes);
        queue.add(a);
      }
    }
  }
}
