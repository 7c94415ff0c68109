package org.keras4j.backend.pytorch.script;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;

/** Shapes of values that are held smaller than they are: axes of size 1 stand for larger ones. */
public final class Compact {
  private Compact() {}

  /**
   * How a value is held after a reshape, if that takes apart and merges only axes that are all repeated or all
   * held.
   *
   * @param from the value's shape, known
   * @param held what is held of it; leading axes may be missing
   * @param to the new shape, of as many elements
   * @return null if an axis that is repeated would merge with one that is held
   */
  public static @Nullable Shape reshaped(Shape from, Shape held, Shape to) {
    if (from.size() == 0) {
      return null;
    }
    int missing = from.rank() - held.rank();
    long[] out = new long[to.rank()];
    Arrays.fill(out, 1);
    int i = 0;
    int j = 0;
    // the smallest groups of axes on both sides that hold as many elements
    while (i < from.rank() || j < to.rank()) {
      int firstOut = j;
      long in = 1;
      long made = 1;
      boolean repeats = false;
      boolean holds = false;
      do {
        if (i < from.rank() && (in <= made || j == to.rank())) {
          long n = from.dim(i);
          long h = i < missing ? 1 : held.dim(i - missing);
          repeats |= h != n;
          holds |= h == n && n != 1;
          in *= n;
          i++;
        } else {
          made *= to.dim(j);
          j++;
        }
      } while (in != made);
      if (repeats && holds) {
        return null;
      }
      for (int k = firstOut; holds && k < j; k++) {
        out[k] = to.dim(k);
      }
    }
    return Shape.of(out);
  }
}
