package org.keras4j.onnx.internal.lowering;

import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.Reduce.ReduceKind;

/** What folds axes. */
final class Reductions {
  private final OnnxOps o;

  Reductions(OnnxOps ops) {
    this.o = ops;
  }

  Term reduce(ReduceKind kind, Term x, int[] axes) {
    if (axes.length == 0) {
      return x;
    }
    for (int a : axes) {
      if (x.dim(a) == 0) {
        return identity(kind, x, axes);
      }
    }
    boolean bool = x.dtype().isBool();
    return switch (kind) {
      case SUM -> o.reduce("ReduceSum", x, false, axes);
      case PROD -> o.reduce("ReduceProd", x, false, axes);
      case MAX -> extreme("ReduceMax", x, axes);
      case MIN -> extreme("ReduceMin", x, axes);
      case AND -> bool ? extreme("ReduceMin", x, axes) : bitwise("BitwiseAnd", x, axes);
      case OR -> bool ? extreme("ReduceMax", x, axes) : bitwise("BitwiseOr", x, axes);
    };
  }

  private Term extreme(String op, Term x, int[] axes) {
    if (x.dtype() == DType.UINT64) {
      Term turn = o.scalar(DType.INT64, Long.MIN_VALUE);
      Term y = o.reduce(op, o.binary("BitwiseXor", o.cast(x, DType.INT64), turn), false, axes);
      return o.cast(o.binary("BitwiseXor", y, turn), x.dtype());
    }
    Term best = o.reduce(op, x, false, axes);
    if (!x.dtype().isFloat()) {
      return best;
    }
    // runtimes pass over a NaN
    Term none = o.reduce("ReduceMax", o.cast(o.isNaN(x), DType.INT32), false, axes);
    return o.select(o.cast(none, DType.BOOL), o.like(x, Double.NaN), best);
  }

  private Term identity(ReduceKind kind, Term x, int[] axes) {
    DType t = x.dtype();
    NDArray v = NDArray.zeros(t, Shape.SCALAR);
    switch (kind) {
      case PROD -> v.setLong(0, 1);
      case MAX -> v = Types.extreme(t, false);
      case MIN -> v = Types.extreme(t, true);
      case AND -> v.setLong(0, -1);
      default -> {}
    }
    int[] sorted = axes.clone();
    Arrays.sort(sorted);
    Shape s = x.shape();
    List<Term> sizes = o.sizes(x, 0, x.rank());
    for (int i = sorted.length - 1; i >= 0; i--) {
      s = s.without(sorted[i]);
      sizes.remove(sorted[i]);
    }
    return o.expand(o.constant(v), s, o.vector(sizes));
  }

  /** Folds by halves, there being no operator. */
  private Term bitwise(String op, Term x, int[] axes) {
    int[] sorted = axes.clone();
    Arrays.sort(sorted);
    Term y = x;
    for (int k = sorted.length - 1; k >= 0; k--) {
      int axis = sorted[k];
      if (y.dim(axis) < 0) {
        throw new Refusal("ONNX folds no bits along an axis of unknown size");
      }
      while (y.dim(axis) > 1) {
        long n = y.dim(axis);
        long half = n / 2;
        Term folded =
            o.binary(op, o.slice(y, axis, 0, half, 1), o.slice(y, axis, half, 2 * half, 1));
        y = n % 2 == 0 ? folded : o.concat(List.of(folded, o.slice(y, axis, n - 1, n, 1)), axis);
      }
      y = o.squeeze(y, axis);
    }
    return y;
  }

  Term argReduce(boolean max, Term x, int axis) {
    if (x.dtype() == DType.UINT64) {
      Term turn = o.scalar(DType.INT64, Long.MIN_VALUE);
      return argReduce(max, o.binary("BitwiseXor", o.cast(x, DType.INT64), turn), axis);
    }
    String op = max ? "ArgMax" : "ArgMin";
    Term best = place(op, x, axis);
    if (x.dtype().isFloat()) { // the first NaN, if there is one
      Term none = o.cast(o.isNaN(x), DType.INT32);
      Term any = o.cast(o.reduce("ReduceMax", none, false, axis), DType.BOOL);
      best = o.select(any, place("ArgMax", none, axis), best);
    }
    return o.cast(best, DType.INT32);
  }

  private Term place(String op, Term x, int axis) {
    DType t = x.dtype();
    if (t.isInteger() && t.size() >= 4 && t != DType.INT32) {
      // the kernels are of int32: the place of the best is that of the one that equals it
      Term best = o.reduce(op.equals("ArgMax") ? "ReduceMax" : "ReduceMin", x, true, axis);
      return place("ArgMax", o.cast(o.compare("Equal", x, best), DType.INT32), axis);
    }
    t = Kernels.carrier(op, t);
    Call c = new Call(op).set("axis", (long) axis).set("keepdims", 0);
    return o.call(c, DType.INT64, x.shape().without(axis), o.cast(x, t));
  }

  Term cumulative(CumulativeKind kind, Term x, int axis, boolean reverse) {
    if (x.shape().size() == 0) {
      return x;
    }
    if (kind == CumulativeKind.SUM) {
      DType t = Kernels.carrier("CumSum", x.dtype());
      t = t == DType.FLOAT16 ? DType.FLOAT32 : t;
      Call c = new Call("CumSum").set("reverse", reverse ? 1 : 0);
      Term at = o.scalar(DType.INT64, (long) axis);
      return o.cast(o.call(c, t, x.shape(), o.cast(x, t), at), x.dtype());
    }
    // halves are folded in float32, as everywhere
    DType t = x.dtype().isFloat() && x.dtype().size() < 4 ? DType.FLOAT32 : x.dtype();
    Term y = o.cast(x, t);
    NDArray first = NDArray.zeros(t, Shape.SCALAR);
    switch (kind) {
      case PROD -> first.setLong(0, 1);
      case MAX -> first = Types.extreme(t, false);
      default -> first = Types.extreme(t, true);
    }
    String op = switch (kind) {
      case PROD -> "Mul";
      case MAX -> "Max";
      default -> "Min";
    };
    int[] front = new int[x.rank()];
    front[0] = axis;
    int[] back = new int[x.rank()];
    for (int i = 0, k = 1; i < front.length; i++) {
      if (i != axis) {
        front[k++] = i;
      }
    }
    for (int i = 0; i < front.length; i++) {
      back[front[i]] = i;
    }
    Term rows = o.transpose(y, front);
    Term start =
        o.expand(o.constant(first), rows.shape().slice(1), o.vector(o.sizes(rows, 1, rows.rank())));
    TensorSpec row = new TensorSpec(rows.shape().slice(1), t);
    List<Term> out = new Control(o)
        .scan(List.of(start), List.of(rows), List.of(row), reverse, (b, in) -> {
          Term next = b.binary(op, in.get(0), in.get(1));
          return List.of(next, next);
        });
    return o.cast(o.transpose(out.get(1), back), x.dtype());
  }
}
