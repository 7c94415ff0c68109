package com.example.toy;

import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.Window;

/** Folds of windows, and the gradient of their maximum. */
final class Windows {
  private Windows() {}

  static NDArray reduce(ReduceWindow p, NDArray x, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    Fold fold = Fold.of(p.kind().name(), x.dtype());
    Walk walk = new Walk(p.window(), x.shape(), spec.shape());
    for (int o = 0; o < out.size(); o++) {
      fold.start();
      walk.elements(o, i -> fold.add(x, i));
      fold.end(out, o);
    }
    return out;
  }

  static NDArray selectAdd(Window w, NDArray x, NDArray cotangents) {
    NDArray out = NDArray.zeros(x.dtype(), x.shape());
    Walk walk = new Walk(w, x.shape(), cotangents.shape());
    Fold sum = Fold.of("SUM", x.dtype());
    int[] best = new int[1];
    for (int o = 0; o < cotangents.size(); o++) {
      best[0] = -1;
      walk.elements(o, i -> {
        if (best[0] < 0 || Sorting.compare(x, i, best[0]) > 0) {
          best[0] = i;
        }
      });
      if (best[0] >= 0) {
        sum.start();
        sum.add(out, best[0]);
        sum.add(cotangents, o);
        sum.end(out, best[0]);
      }
    }
    return out;
  }

  /** Goes over the elements of windows that lie in the input, in C order. */
  private record Walk(Window window, Shape from, Shape to) {
    void elements(int o, java.util.function.IntConsumer visit) {
      int rank = from.rank();
      long[] first = new long[rank];
      long rest = o;
      for (int i = rank - 1; i >= 0; i--) {
        first[i] = rest % to.dim(i) * window.stride().get(i) - window.low().get(i);
        rest /= to.dim(i);
      }
      elements(visit, first, 0, 0);
    }

    private void elements(
        java.util.function.IntConsumer visit, long[] first, int axis, long place) {
      if (axis == first.length) {
        visit.accept((int) place);
        return;
      }
      for (long k = 0; k < window.size().get(axis); k++) {
        long at = first[axis] + k * window.dilation().get(axis);
        if (at >= 0 && at < from.dim(axis)) {
          elements(visit, first, axis + 1, place * from.dim(axis) + at);
        }
      }
    }
  }
}
