package org.keras4j.core.sharding;

import java.nio.ByteBuffer;

/** Copies the parts that devices have of an array out of it, and back into it; memory is in C order. */
public final class Blocks {
  private Blocks() {}

  /**
   * Copies the part of a device out of an array.
   *
   * @param sharding of as many dimensions as the array has, all of which divide evenly
   * @param device its place in the mesh, in C order
   * @param sizes of the array
   * @param element bytes of one element
   * @param whole the array, from its position on; the position stays
   * @param part takes the part, from its position on; the position stays
   */
  public static void take(
      Sharding sharding, int device, long[] sizes, int element, ByteBuffer whole, ByteBuffer part) {
    new Copy(sharding, device, sizes, element, whole, part, true).run();
  }

  /** Copies the part of a device into an array; as {@link #take}. */
  public static void put(
      Sharding sharding, int device, long[] sizes, int element, ByteBuffer whole, ByteBuffer part) {
    new Copy(sharding, device, sizes, element, whole, part, false).run();
  }

  private static final class Copy {
    private final ByteBuffer whole;
    private final ByteBuffer part;
    private final boolean out;
    private final long[] sizes;
    private final long[] box;
    private final long[] start;
    private final int run; // dimensions from this one on lie one behind the other in both
    private final int bytes; // of such a run
    private final int element;

    Copy(
        Sharding sharding,
        int device,
        long[] sizes,
        int element,
        ByteBuffer whole,
        ByteBuffer part,
        boolean out) {
      this.whole = whole;
      this.part = part;
      this.out = out;
      this.sizes = sizes;
      this.element = element;
      this.box = sharding.part(sizes);
      this.start = sharding.start(device, sizes);
      int from = sizes.length;
      long n = element;
      while (from > 0) {
        from--;
        n *= box[from];
        if (box[from] != sizes[from]) {
          break;
        }
      }
      this.run = from;
      this.bytes = Math.toIntExact(n);
    }

    void run() {
      copy(0, 0, 0);
    }

    // offsets count elements of the dimensions before
    private void copy(int dimension, long inWhole, long inPart) {
      if (dimension >= run) {
        long rest = inWhole;
        long own = inPart;
        for (int d = run; d < sizes.length; d++) {
          rest = rest * sizes[d] + start[d];
          own = own * box[d];
        }
        int w = whole.position() + Math.toIntExact(rest * element);
        int p = part.position() + Math.toIntExact(own * element);
        if (out) {
          part.put(p, whole, w, bytes);
        } else {
          whole.put(w, part, p, bytes);
        }
        return;
      }
      for (long i = 0; i < box[dimension]; i++) {
        copy(
            dimension + 1,
            inWhole * sizes[dimension] + start[dimension] + i,
            inPart * box[dimension] + i);
      }
    }
  }
}
