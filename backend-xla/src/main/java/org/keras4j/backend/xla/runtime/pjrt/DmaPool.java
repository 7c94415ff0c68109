package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutLong;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.core.spi.TransferMemory;

/**
 * Memory that a plugin was told of, so that the device copies out of it by itself: from elsewhere the plugin first
 * copies to such memory of its own. Telling it of memory takes as long as copying it several times, so what
 * is given back is kept for the next taker, within limits.
 */
final class DmaPool {
  private final PjrtFunctions f;
  private final long client;
  private final long most;
  private final long mostIdle;
  private final ConcurrentSkipListMap<Long, DmaBlock> all =
      new ConcurrentSkipListMap<>(); // by address
  private final Deque<DmaBlock> idle = new ArrayDeque<>(); // the one that was used last is last
  private long bytes;
  private long idleBytes;
  private volatile boolean usable;

  /** Up to 2 GiB, of which 512 MiB are kept; less where there is little beside the heap. */
  DmaPool(PjrtFunctions f, long client) {
    this(f, client, 2L << 30, Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8));
  }

  /**
   * Nothing is allocated yet.
   *
   * @param most bytes at once; who asks for more gets none
   * @param mostIdle bytes that are kept for the next taker
   */
  DmaPool(PjrtFunctions f, long client, long most, long mostIdle) {
    this.f = f;
    this.client = client;
    this.most = most;
    this.mostIdle = mostIdle;
    this.usable =
        f.api.has(PjrtLayout.Api.CLIENT_DMA_MAP) && f.api.has(PjrtLayout.Api.CLIENT_DMA_UNMAP);
  }

  /** Memory of at least that size, which nothing is copied out of; null if the plugin takes none. */
  @Nullable
  TransferMemory take(long size) {
    DmaBlock b = size < 1 || size > DmaBlock.MOST || !usable ? null : block((int) size);
    if (b == null) {
      return null;
    }
    try {
      b.await(f);
    } catch (XlaException e) {
      // its tensor says so too, and whoever had the memory is gone
    }
    return new DmaMemory(this, f, b, (int) size);
  }

  private synchronized @Nullable DmaBlock block(int size) {
    long whole = DmaBlock.whole(size);
    for (Iterator<DmaBlock> it = idle.descendingIterator(); it.hasNext(); ) {
      DmaBlock b = it.next();
      if (b.size() >= whole && b.size() / 2 <= whole) {
        it.remove();
        idleBytes -= b.size();
        return b;
      }
    }
    return bytes + whole > most ? null : mapped(size);
  }

  private @Nullable DmaBlock mapped(int size) {
    try {
      DmaBlock b = new DmaBlock(size);
      long s = Frame.get().struct(0, PjrtLayout.ClientDmaMap.SIZE);
      memPutAddress(s + PjrtLayout.ClientDmaMap.CLIENT, client);
      memPutAddress(s + PjrtLayout.ClientDmaMap.DATA, b.address);
      memPutLong(s + PjrtLayout.ClientDmaMap.LENGTH, b.size());
      f.api.call(f.api.function(PjrtLayout.Api.CLIENT_DMA_MAP, "Client_DmaMap"), s);
      all.put(b.address, b);
      bytes += b.size();
      return b;
    } catch (XlaException e) {
      // a plugin without such memory, or a limit of the system: data go the other way
      usable = e.code() == XlaException.Code.RESOURCE_EXHAUSTED;
      return null;
    } catch (OutOfMemoryError e) {
      return null; // no room for it beside the heap
    }
  }

  /** The block that holds these bytes; null for memory from elsewhere. */
  @Nullable
  DmaBlock holding(long address, long size) {
    if (all.isEmpty()) {
      return null;
    }
    Map.Entry<Long, DmaBlock> e = all.floorEntry(address);
    return e != null && address + size <= e.getKey() + e.getValue().size() ? e.getValue() : null;
  }

  /** Keeps a block for the next taker; copies out of it may be under way. */
  synchronized void giveBack(DmaBlock b) {
    if (all.get(b.address) == b) { // else the client is closed
      idle.addLast(b);
      idleBytes += b.size();
      while (idleBytes > mostIdle) {
        DmaBlock oldest = idle.removeFirst();
        idleBytes -= oldest.size();
        unmap(oldest);
      }
    }
  }

  // its memory is freed when no array is left over it
  private void unmap(DmaBlock b) {
    try {
      b.await(f);
    } catch (XlaException e) {
      // nobody waits for this copy any more
    }
    all.remove(b.address);
    bytes -= b.size();
    long s = Frame.get().struct(0, PjrtLayout.ClientDmaUnmap.SIZE);
    memPutAddress(s + PjrtLayout.ClientDmaUnmap.CLIENT, client);
    memPutAddress(s + PjrtLayout.ClientDmaUnmap.DATA, b.address);
    f.api.call(f.api.function(PjrtLayout.Api.CLIENT_DMA_UNMAP, "Client_DmaUnmap"), s);
  }

  /** Takes everything from the plugin, before its client is destroyed. */
  synchronized void close() {
    usable = false;
    idle.clear();
    idleBytes = 0;
    all.values().forEach(this::unmap);
  }
}
