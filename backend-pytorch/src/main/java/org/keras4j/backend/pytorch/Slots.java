package org.keras4j.backend.pytorch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.jspecify.annotations.Nullable;

/**
 * Cells of native memory, each for one tensor, made in blocks and used again: allocating one by one
 * through JavaCPP costs more than a small operation itself.
 */
final class Slots {
  private static final int BLOCK = 1024;

  // the blocks are kept, for the cells lie in them
  private static final List<IValueVector> BLOCKS = new ArrayList<>();
  private static IValue[] cells = new IValue[0];
  private static Object[] owners = new Object[0];
  private static int[] free = new int[0];
  private static int freeCount;
  private static @Nullable IValue nothing;

  private Slots() {}

  /** A free cell, marked as the owner's, which it keeps reachable. */
  static synchronized int acquire(Object owner) {
    if (freeCount == 0) {
      grow();
    }
    int i = free[--freeCount];
    owners[i] = owner;
    return i;
  }

  static synchronized IValue cell(int i) {
    return cells[i];
  }

  /** Empties a cell, which frees its tensor unless libtorch still uses it. */
  static void release(int i) {
    IValue cell;
    synchronized (Slots.class) {
      cell = cells[i];
    }
    cell.put(nothing); // moved from, but nothing stays nothing
    synchronized (Slots.class) {
      owners[i] = null;
      free[freeCount++] = i;
    }
  }

  private static void grow() {
    if (nothing == null) {
      nothing = new IValue();
    }
    int n = cells.length;
    IValueVector block = new IValueVector(BLOCK);
    BLOCKS.add(block);
    cells = Arrays.copyOf(cells, n + BLOCK);
    owners = Arrays.copyOf(owners, n + BLOCK);
    free = Arrays.copyOf(free, n + BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      cells[n + i] = block.get(i);
      free[freeCount++] = n + BLOCK - 1 - i;
    }
  }
}
