package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.core.Shape;

/**
 * What TensorFlow's broadcasting kernels make of two shapes: neighbouring axes that are alike (stretched on the one side, on
 * the other, or on none) are one axis to them, axes of size 1 on both sides none. Up to five such runs have a kernel.
 */
final class Runs {
  private static final int MOST = 5;

  private enum Kind {
    NONE,
    BOTH,
    FIRST,
    SECOND
  }

  private Runs() {}

  /** Whether two shapes have more runs than there are kernels for. */
  static boolean tooMany(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    if (rank <= MOST || a.rank() == 0 || b.rank() == 0) {
      return false;
    }
    int runs = 0;
    Kind last = Kind.NONE;
    for (int i = 0; i < rank; i++) {
      long m = at(a, i - (rank - a.rank()));
      long n = at(b, i - (rank - b.rank()));
      if (m != 1 || n != 1) {
        Kind k = m == 1 ? Kind.FIRST : n == 1 ? Kind.SECOND : Kind.BOTH;
        // sizes that are not known yet may be 1 on one side
        if (k != last || k == Kind.BOTH && m != n) {
          runs++;
        }
        last = k;
      }
    }
    return runs > MOST;
  }

  private static long at(Shape s, int axis) {
    return axis < 0 ? 1 : s.dim(axis);
  }
}
