package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memSet;

import java.lang.ref.Cleaner;
import org.lwjgl.system.MemoryUtil;

/** Native memory for arguments that one thread reuses from call to call. */
final class Frame {
  /**
   * Zeros behind each struct, declared as part of it: a plugin with newer and longer structs reads
   * them as fields left at their defaults.
   */
  static final int SLACK = 64;

  private static final int STRUCT = 512;
  private static final Cleaner CLEANER = Cleaner.create();
  private static final ThreadLocal<Frame> FRAMES = ThreadLocal.withInitial(Frame::new);

  private final Memory memory = new Memory();

  private Frame() {
    CLEANER.register(this, memory);
  }

  static Frame get() {
    return FRAMES.get();
  }

  /** A cleared struct; valid until the next call with the same number, 0 to 3. */
  long struct(int number, int size) {
    long s = memory.structs + (long) number * STRUCT;
    memSet(s, 0, size + SLACK);
    memPutAddress(s, size + SLACK);
    return s;
  }

  /** Room for the addresses of arguments; kept until more are asked for. */
  long arguments(int n) {
    if (memory.argumentCapacity < n) {
      MemoryUtil.nmemFree(memory.arguments);
      memory.argumentCapacity = Math.max(64, 2 * n);
      memory.arguments = MemoryUtil.nmemAllocChecked(8L * memory.argumentCapacity);
    }
    return memory.arguments;
  }

  /** Room for the addresses of results; kept until more are asked for. */
  long results(int n) {
    if (memory.resultCapacity < n) {
      MemoryUtil.nmemFree(memory.results);
      memory.resultCapacity = Math.max(64, 2 * n);
      memory.results = MemoryUtil.nmemAllocChecked(8L * memory.resultCapacity);
    }
    return memory.results;
  }

  private static final class Memory implements Runnable {
    final long structs = MemoryUtil.nmemAllocChecked(4L * STRUCT);
    long arguments;
    long results;
    int argumentCapacity;
    int resultCapacity;

    @Override
    public void run() {
      MemoryUtil.nmemFree(structs);
      MemoryUtil.nmemFree(arguments);
      MemoryUtil.nmemFree(results);
    }
  }
}
