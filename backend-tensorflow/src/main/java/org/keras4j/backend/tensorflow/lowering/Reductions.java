package org.keras4j.backend.tensorflow.lowering;

import java.util.List;
import org.keras4j.backend.tensorflow.runtime.KernelCatalog;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.Reduce.ReduceKind;

/** What folds axes. */
final class Reductions {
  // in shorter rows the kernel of biases' gradients is the slower one
  private static final int SHORTEST_ROW = 8;

  private final TensorFlowOps o;

  Reductions(TensorFlowOps ops) {
    this.o = ops;
  }

  Term reduce(ReduceKind kind, Term x, int[] axes) {
    if (axes.length == 0) {
      return x;
    }
    boolean bool = x.dtype().isBool();
    return switch (kind) {
      case SUM -> accumulated("Sum", x, axes);
      case PROD -> accumulated("Prod", x, axes);
      case MAX -> o.reduce(bool ? "Any" : "Max", bool ? x : o.hidden(x), false, axes);
      case MIN -> o.reduce(bool ? "All" : "Min", bool ? x : o.hidden(x), false, axes);
      case AND -> bool ? o.reduce("All", x, false, axes) : bitwise("BitwiseAnd", x, axes, -1);
      case OR -> bool ? o.reduce("Any", x, false, axes) : bitwise("BitwiseOr", x, axes, 0);
    };
  }

  // a sum kept in a small float type would lose most of its digits on the way
  private Term accumulated(String op, Term x, int[] axes) {
    Term wide = widened(x);
    Term y = op.equals("Sum") && isBiasGradient(wide, axes)
        ? o.call("BiasAddGrad", Shape.of(x.dim(-1)), wide.dtype(), wide)
        : o.reduce(op, wide, false, axes);
    return o.cast(y, x.dtype());
  }

  /** Whether a sum is run by the kernel of biases' gradients, which reads rows in their order. */
  private boolean isBiasGradient(Term x, int[] axes) {
    long n = x.shape().size();
    return (x.dtype() == DType.FLOAT32 || x.dtype() == DType.FLOAT64)
        && isColumns(x.rank(), axes)
        && x.dim(-1) >= SHORTEST_ROW
        && n > 0
        && n <= Integer.MAX_VALUE / 2
        && !o.target().isForeign();
  }

  /** Whether all axes but the last are folded. */
  static boolean isColumns(int rank, int[] axes) {
    return rank > 1
        && axes.length == rank - 1
        && java.util.Arrays.stream(axes).noneMatch(a -> a == rank - 1);
  }

  private Term widened(Term x) {
    boolean small = x.dtype().isFloat() && x.dtype().size() < 4;
    return small ? o.cast(x, DType.FLOAT32) : x;
  }

  /** Folds by halves, there being no kernel. */
  private Term bitwise(String op, Term x, int[] axes, long identity) {
    Term y = x;
    for (int k = axes.length - 1; k >= 0; k--) {
      int[] sorted = java.util.Arrays.stream(axes).sorted().toArray();
      y = bitwise(op, y, sorted[k], identity);
    }
    return y;
  }

  private Term bitwise(String op, Term x, int axis, long identity) {
    long n = x.dim(axis);
    if (n < 0) {
      return bitwiseLoop(op, x, axis, identity);
    }
    Term y = x;
    if (n == 0) {
      Shape s = x.shape().without(axis);
      List<Term> sizes = o.dims(x, 0, axis);
      sizes.addAll(o.dims(x, axis + 1, x.rank()));
      return o.fill(o.vector(sizes), s, o.scalar(x.dtype(), identity));
    }
    while (n > 1) {
      long half = n / 2;
      Term folded = o.binary(op, o.slice(y, axis, 0, half), o.slice(y, axis, half, half));
      y = n % 2 == 0 ? folded : o.concat(List.of(folded, o.slice(y, axis, n - 1, 1)), axis);
      n = n - half;
    }
    OpCall squeeze = new OpCall("Squeeze").numbers("squeeze_dims", axis);
    return o.call(squeeze, y.shape().without(axis), y.dtype(), y);
  }

  private Term bitwiseLoop(String op, Term x, int axis, long identity) {
    int[] front = new int[x.rank()];
    front[0] = axis;
    for (int i = 0, k = 1; i < front.length; i++) {
      if (i != axis) {
        front[k++] = i;
      }
    }
    Term rows = o.transpose(x, front);
    Shape s = rows.shape().slice(1);
    Term start = o.fill(o.vector(o.dims(rows, 1, rows.rank())), s, o.scalar(x.dtype(), identity));
    return o.target()
        .loop(
            List.of(o.scalar(0), start, rows),
            (b, a) -> List.of(b.compare("Less", a.get(0), b.dim(a.get(2), 0))),
            (b, a) -> List.of(
                b.add(a.get(0), b.scalar(1)),
                b.binary(op, a.get(1), b.row(a.get(2), a.get(0))),
                a.get(2)))
        .get(1);
  }

  Term argReduce(boolean max, Term x, int axis) {
    return argReduce(max, x, axis, false);
  }

  /** Likewise; without a NaN floats are compared as they are. */
  Term argReduce(boolean max, Term x, int axis, boolean numbers) {
    Shape s = x.shape();
    if (s.rank() > 3 && s.isKnown()) {
      // the kernels go up to a rank, so the axes around become one each
      Shape three = Shape.of(product(s, 0, axis), s.dim(axis), product(s, axis + 1, s.rank()));
      return o.reshape(argReduce(max, o.reshape(x, three), 1, numbers), s.without(axis));
    }
    Term y = x.dtype().isFloat() && !numbers ? OrderedBits.of(o, x, max) : x;
    String op = max ? "ArgMax" : "ArgMin";
    DType c = KernelCatalog.carrier(op, "T", y.dtype());
    y = o.hidden(y);
    OpCall call = new OpCall(op).dtype("output_type", DType.INT32);
    return o.call(call, s.without(axis), DType.INT32, o.cast(y, c), o.scalar(axis));
  }

  private static long product(Shape s, int from, int to) {
    return s.slice(from, to).size();
  }

  Term cumulative(CumulativeKind kind, Term x, int axis, boolean reverse) {
    return switch (kind) {
      case SUM -> running("Cumsum", x, axis, reverse);
      case PROD -> running("Cumprod", x, axis, reverse);
      case MAX -> extremes("Maximum", x, axis, reverse, true);
      case MIN -> extremes("Minimum", x, axis, reverse, false);
    };
  }

  private Term running(String op, Term x, int axis, boolean reverse) {
    Term wide = widened(x);
    DType c = KernelCatalog.carrier(op, "T", wide.dtype());
    OpCall call = new OpCall(op).flag("reverse", reverse);
    return o.cast(o.call(call, x.shape(), c, o.cast(wide, c), o.scalar(axis)), x.dtype());
  }

  /** Folds each element with the one 1, 2, 4, ... places before it. */
  private Term extremes(String op, Term x, int axis, boolean reverse, boolean max) {
    Term loser = o.constant(Extremes.of(x.dtype(), !max));
    long n = x.dim(axis);
    if (n >= 0) {
      Term y = x;
      for (long step = 1; step < n; step *= 2) {
        long[] low = new long[x.rank()];
        long[] high = new long[x.rank()];
        (reverse ? high : low)[axis] = step;
        Term kept = o.slice(y, axis, reverse ? step : 0, n - step);
        y = o.binary(op, y, new Shapes(o).padOnly(kept, low, high, loser));
      }
      return y;
    }
    int rank = x.rank();
    return o.target()
        .loop(
            List.of(o.scalar(1), x, loser),
            (b, a) -> List.of(b.compare("Less", a.get(0), b.dim(a.get(1), axis))),
            (b, a) -> {
              Term step = a.get(0);
              Term y = a.get(1);
              Term zeros = b.ints(new int[rank]);
              int[] unit = new int[rank];
              unit[axis] = 1;
              Term shift = b.mul(b.ints(unit), step);
              Term begin = reverse ? shift : zeros;
              Term size = b.sub(b.shapeOf(y), shift);
              Term kept = b.call("Slice", y.shape(), y.dtype(), y, begin, size);
              Term pads = b.call(
                  new OpCall("Pack").number("axis", 1),
                  Shape.of(rank, 2),
                  DType.INT32,
                  reverse ? List.of(zeros, shift) : List.of(shift, zeros));
              Term padded = b.call("PadV2", y.shape(), y.dtype(), kept, pads, a.get(2));
              return List.of(b.mul(step, b.scalar(2)), b.binary(op, y, padded), a.get(2));
            })
        .get(1);
  }
}
