package org.keras4j.ops.internal.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/** Gradient rules of reductions and running folds. */
final class ReduceVjp {
  private ReduceVjp() {}

  static List<@Nullable Tensor> reduce(Reduce p, Vjp.Site s) {
    int[] axes = p.axes().toArray();
    return switch (p.kind()) {
      case SUM -> s.give(Prims.broadcastLike(Prims.expandDims(s.ct(), sorted(axes)), s.in(0)));
      case PROD -> s.give(prod(s.in(0), axes, s.ct()));
      case MAX, MIN -> s.give(extreme(s.in(0), s.out(0), sorted(axes), s.ct()));
      case AND, OR -> s.nothing();
    };
  }

  private static int[] sorted(int[] axes) {
    int[] a = axes.clone();
    java.util.Arrays.sort(a);
    return a;
  }

  /** All elements that reach the extreme share the cotangent. */
  private static Tensor extreme(Tensor x, Tensor y, int[] axes, Tensor ct) {
    Tensor here = Prims.convert(Prims.eq(x, Prims.expandDims(y, axes)), x.dtype());
    Tensor share = Prims.div(Prims.expandDims(ct, axes), Prims.sumKeep(here, axes));
    return Prims.mul(here, share);
  }

  /** The product of all others, without a division, so that zeros are no special case. */
  private static Tensor prod(Tensor x, int[] axes, Tensor ct) {
    int[] order = sorted(axes);
    List<Tensor> partial = new ArrayList<>(List.of(x));
    for (int i = order.length - 1; i >= 0; i--) {
      partial.add(Prims.reduce(ReduceKind.PROD, partial.get(partial.size() - 1), order[i]));
    }
    Tensor c = ct;
    for (int i = 0; i < order.length; i++) {
      Tensor in = partial.get(order.length - 1 - i);
      int axis = order[i];
      Tensor others = Prims.mul(exclusive(in, axis, false), exclusive(in, axis, true));
      c = Prims.mul(others, Prims.expandDims(c, axis));
    }
    return c;
  }

  /** The product of what comes before (after if {@code reverse}) each element. */
  private static Tensor exclusive(Tensor x, int axis, boolean reverse) {
    long[] low = new long[x.rank()];
    long[] high = new long[x.rank()];
    low[axis] = reverse ? -1 : 1;
    high[axis] = reverse ? 1 : -1;
    return Prims.cumulative(CumulativeKind.PROD, Prims.pad(x, 1, low, high), axis, reverse);
  }

  static List<@Nullable Tensor> cumulative(Cumulative p, Vjp.Site s) {
    BinaryKind fold = switch (p.kind()) {
      case SUM -> BinaryKind.ADD;
      case PROD -> BinaryKind.MUL;
      case MAX -> BinaryKind.MAX;
      case MIN -> BinaryKind.MIN;
    };
    if (fold == BinaryKind.ADD) {
      return s.give(Prims.cumulative(CumulativeKind.SUM, s.ct(), p.axis(), !p.reverse()));
    }
    // through a fold by doubling, which has no division and shares ties as max does
    TensorSpec spec = s.in(0).spec();
    Graph g = Trace.subgraph(
        List.of(spec),
        new ArrayList<>(),
        in -> List.of(doubling(fold, in.get(0), p.axis(), p.reverse())));
    Pullback back = new Pullback(g, List.of(s.in(0)), Set.of(0));
    return s.give(back.apply(List.of(s.ct())).get(0));
  }

  private static Tensor doubling(BinaryKind fold, Tensor x, int axis, boolean reverse) {
    long n = x.shape().dim(axis);
    if (n < 0) {
      throw new IllegalArgumentException("The gradient of a running " + fold
          + " needs a known size of axis " + axis + ", got " + x.shape());
    }
    Tensor y = x;
    for (long step = 1; step < n; step *= 2) {
      // each element meets the fold of the step elements before it
      Tensor before = reverse ? Prims.slice(y, axis, step, n) : Prims.slice(y, axis, 0, n - step);
      Tensor rest = reverse ? Prims.slice(y, axis, 0, n - step) : Prims.slice(y, axis, step, n);
      Tensor done = reverse ? Prims.slice(y, axis, n - step, n) : Prims.slice(y, axis, 0, step);
      Tensor joined = Prims.binary(fold, rest, before);
      y = Prims.concat(reverse ? List.of(joined, done) : List.of(done, joined), axis);
    }
    return y;
  }
}
