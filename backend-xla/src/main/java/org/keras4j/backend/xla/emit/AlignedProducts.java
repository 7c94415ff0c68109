package org.keras4j.backend.xla.emit;

import java.util.Arrays;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;

/**
 * Products of halves on NVIDIA GPUs. Their fast kernels want rows that begin at multiples of 16 bytes: a vocabulary of 50,257 tokens makes
 * the three products of a training step with it take twice their time. So the axes along which rows lie are filled with zeros, which
 * XLA makes a part of what gives the factors, and of what takes the result.
 */
final class AlignedProducts {
  // shorter axes are not worth it
  private static final long LEAST = 1024;
  private static final long ALIGNED = 8;
  private static final long FILLED = 64;

  private AlignedProducts() {}

  private static long filled(long size) {
    return size < LEAST || size % ALIGNED == 0 ? size : (size + FILLED - 1) / FILLED * FILLED;
  }

  private static int indexOf(int[] axes, int axis) {
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] == axis) {
        return i;
      }
    }
    return -1;
  }

  /** {@link Hlo#dot}. */
  static Term dot(
      Hlo h, Term a, Term b, int[] ba, int[] bb, int[] ca, int[] cb, TensorType result) {
    ElementType e = a.element();
    if (!h.cuda() || e != ElementType.BF16 && e != ElementType.F16 || b.element() != e) {
      return h.dot(a, b, ba, bb, ca, cb, result);
    }
    long[] left = a.type().dims();
    long[] right = b.type().dims();
    // last axes of the factors, and that of the factor at the right which becomes the result's last
    fill(left, a.rank() - 1, ba, ca, right, cb);
    fill(right, b.rank() - 1, bb, cb, left, ca);
    int last = b.rank() - 1;
    while (last >= 0 && (indexOf(bb, last) >= 0 || indexOf(cb, last) >= 0)) {
      last--;
    }
    fill(right, last, bb, cb, left, ca);
    Term x = padded(h, a, left);
    Term y = padded(h, b, right);
    if (x.type().equals(a.type()) && y.type().equals(b.type())) {
      return h.dot(a, b, ba, bb, ca, cb, result);
    }
    long[] d = result.dims();
    int k = ba.length;
    for (int i = 0; i < left.length; i++) {
      if (indexOf(ba, i) < 0 && indexOf(ca, i) < 0) {
        d[k++] = left[i];
      }
    }
    for (int i = 0; i < right.length; i++) {
      if (indexOf(bb, i) < 0 && indexOf(cb, i) < 0) {
        d[k++] = right[i];
      }
    }
    Term all = h.dot(x, y, ba, bb, ca, cb, result.withDims(d));
    return h.slice(all, new long[d.length], result.dims(), ones(d.length));
  }

  private static void fill(
      long[] dims, int axis, int[] batch, int[] contract, long[] others, int[] otherContract) {
    if (axis < 0 || indexOf(batch, axis) >= 0) {
      return;
    }
    dims[axis] = filled(dims[axis]);
    int pair = indexOf(contract, axis);
    if (pair >= 0) {
      others[otherContract[pair]] = dims[axis];
    }
  }

  private static Term padded(Hlo h, Term x, long[] dims) {
    long[] more = new long[dims.length];
    boolean any = false;
    for (int i = 0; i < dims.length; i++) {
      more[i] = dims[i] - x.dim(i);
      any |= more[i] > 0;
    }
    long[] none = new long[dims.length];
    return any ? h.pad(x, h.scalar(x.element(), 0), none, more, none) : x;
  }

  private static long[] ones(int n) {
    long[] out = new long[n];
    Arrays.fill(out, 1);
    return out;
  }
}
