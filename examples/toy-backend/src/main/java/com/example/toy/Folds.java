package com.example.toy;

import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Reduce;

/** Folds along axes. */
final class Folds {
  private Folds() {}

  static NDArray reduce(Reduce p, NDArray x, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    Shape s = x.shape();
    int[] axes = p.axes().toArray();
    int[] kept = Places.along(s, Places.others(s.rank(), axes));
    int[] folded = Places.along(s, axes);
    Fold fold = Fold.of(p.kind().name(), x.dtype());
    for (int o = 0; o < kept.length; o++) {
      fold.start();
      for (int f : folded) {
        fold.add(x, kept[o] + f);
      }
      fold.end(out, o);
    }
    return out;
  }

  static NDArray cumulative(Cumulative p, NDArray x) {
    NDArray out = NDArray.zeros(x.dtype(), x.shape());
    int[] lines = Places.along(x.shape(), Places.others(x.rank(), p.axis()));
    int[] steps = Places.along(x.shape(), p.axis());
    Fold fold = Fold.of(p.kind().name(), x.dtype());
    for (int line : lines) {
      fold.start();
      for (int i = 0; i < steps.length; i++) {
        int at = line + steps[p.reverse() ? steps.length - 1 - i : i];
        fold.add(x, at);
        fold.end(out, at);
      }
    }
    return out;
  }

  static NDArray argReduce(ArgReduce p, NDArray x, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    int[] lines = Places.along(x.shape(), Places.others(x.rank(), p.axis()));
    int[] steps = Places.along(x.shape(), p.axis());
    for (int o = 0; o < lines.length; o++) {
      int best = 0;
      for (int i = 1; i < steps.length; i++) {
        if (beats(p.max(), x, lines[o] + steps[i], lines[o] + steps[best])) {
          best = i;
        }
      }
      out.setLong(o, best);
    }
    return out;
  }

  private static boolean beats(boolean max, NDArray x, int i, int best) {
    boolean nan = x.dtype().isFloat() && Double.isNaN(x.getDouble(best));
    if (nan || (x.dtype().isFloat() && Double.isNaN(x.getDouble(i)))) {
      return !nan; // a NaN wins, the first of several
    }
    int c = Sorting.compare(x, i, best);
    return max ? c > 0 : c < 0;
  }
}
