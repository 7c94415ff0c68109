package org.keras4j.ops.internal.autodiff;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;
import org.keras4j.core.primitive.WindowSelectAdd;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Gradient rules of folds over windows. */
final class WindowVjp {
  private WindowVjp() {}

  static List<@Nullable Tensor> reduceWindow(ReduceWindow p, Vjp.Site s) {
    WindowSelectAdd select = new WindowSelectAdd(p.window());
    return s.give(
        switch (p.kind()) {
          case SUM -> spread(p.window(), s.in(0), s.ct());
          case MAX -> Engine.bind1(select, s.in(0), s.ct());
          case MIN -> Engine.bind1(select, Prims.neg(s.in(0)), s.ct());
        });
  }

  /** Each element gets the sum of the cotangents of the windows it is in: a window sum with stride 1. */
  private static Tensor spread(Window w, Tensor x, Tensor ct) {
    int rank = x.rank();
    long[] low = new long[rank];
    long[] high = new long[rank];
    long[] interior = new long[rank];
    boolean[] cut = new boolean[rank];
    for (int i = 0; i < rank; i++) {
      long n = x.shape().dim(i);
      long m = ct.shape().dim(i);
      if (m == 0) {
        return Prims.zerosLike(x);
      }
      long span = span(w, i);
      long stride = w.stride().get(i);
      interior[i] = stride - 1;
      low[i] = span - 1 - w.low().get(i);
      if (n >= 0) {
        high[i] = n + w.low().get(i) - 1 - (m - 1) * stride;
      } else {
        // the remainder of the last stride is unknown: take the most, cut afterwards
        high[i] = span - 1 - w.high().get(i) + stride - 1;
        cut[i] = stride > 1;
      }
    }
    LongList ones = LongList.repeat(1, rank);
    LongList none = LongList.repeat(0, rank);
    Tensor sum = Engine.bind1(
        new ReduceWindow(WindowKind.SUM, new Window(w.size(), ones, w.dilation(), none, none)),
        Prims.pad(ct, 0, low, high, interior));
    for (int i = 0; i < rank; i++) {
      if (cut[i]) {
        sum = Prims.take(sum, Adjoint.range(x, i, DType.INT32), i);
      }
    }
    return sum;
  }

  private static long span(Window w, int i) {
    return (w.size().get(i) - 1) * w.dilation().get(i) + 1;
  }

  static List<@Nullable Tensor> windowSelectAdd(WindowSelectAdd p, Vjp.Site s) {
    return s.give(null, s.wants(1) ? picked(p.window(), s.in(0), s.ct()) : null);
  }

  /** For each window the element of {@code g} at the place of the window's first largest of {@code x}. */
  private static Tensor picked(Window w, Tensor x, Tensor g) {
    int rank = x.rank();
    long[] at = new long[rank];
    Tensor best = member(w, x, Double.NEGATIVE_INFINITY, at);
    Tensor found = member(w, g, 0, at);
    while (advance(at, w)) {
      Tensor value = member(w, x, Double.NEGATIVE_INFINITY, at);
      // a NaN wins over numbers
      Tensor better =
          Prims.or(Prims.gt(value, best), Prims.and(Prims.ne(value, value), Prims.eq(best, best)));
      best = Prims.select(better, value, best);
      found = Prims.select(better, member(w, g, 0, at), found);
    }
    return found;
  }

  /** Goes to the next place of a window; false after the last. */
  private static boolean advance(long[] at, Window w) {
    int i = at.length - 1;
    while (i >= 0 && ++at[i] == w.size().get(i)) {
      at[i--] = 0;
    }
    return i >= 0;
  }

  /** The element at one place of every window. */
  private static Tensor member(Window w, Tensor x, double padding, long[] at) {
    int rank = x.rank();
    long[] low = new long[rank];
    long[] high = new long[rank];
    long[] stride = new long[rank];
    for (int i = 0; i < rank; i++) {
      long skip = at[i] * w.dilation().get(i);
      low[i] = w.low().get(i) - skip;
      high[i] = w.high().get(i) - (span(w, i) - 1 - skip);
      stride[i] = w.stride().get(i);
      long n = x.shape().dim(i);
      if (n >= 0 && n + low[i] + high[i] < 0) {
        high[i] = -n - low[i]; // no window fits
      }
    }
    Tensor moved = Prims.pad(x, padding, low, high);
    long[] limit = new long[rank];
    Arrays.fill(limit, Long.MAX_VALUE);
    return Prims.slice(moved, new long[rank], limit, stride);
  }
}
