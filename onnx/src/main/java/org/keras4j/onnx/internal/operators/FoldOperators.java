package org.keras4j.onnx.internal.operators;

import java.util.function.UnaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.ops.internal.engine.Prims;

/** What folds axes. */
final class FoldOperators {
  private FoldOperators() {}

  private static int[] axes(Use u) {
    int rank = u.in(0).rank();
    int[] axes = u.axes(1, rank);
    if (axes == null || axes.length == 0) {
      if (u.integer("noop_with_empty_axes", 0) != 0) {
        return new int[0];
      }
      axes = new int[rank];
      for (int i = 0; i < rank; i++) {
        axes[i] = i;
      }
    }
    return axes;
  }

  private static void fold(
      String name, ReduceKind kind, UnaryOperator<Tensor> before, UnaryOperator<Tensor> after) {
    Operators.tensor(name, u -> {
      Tensor x = before.apply(u.t(0));
      int[] axes = axes(u);
      boolean keep = u.integer("keepdims", 1) != 0;
      return after.apply(keep ? Prims.reduceKeep(kind, x, axes) : Prims.reduce(kind, x, axes));
    });
  }

  static void add() {
    UnaryOperator<Tensor> same = x -> x;
    fold("ReduceSum", ReduceKind.SUM, same, same);
    fold("ReduceProd", ReduceKind.PROD, same, same);
    fold("ReduceMax", ReduceKind.MAX, same, same);
    fold("ReduceMin", ReduceKind.MIN, same, same);
    fold("ReduceL1", ReduceKind.SUM, Prims::abs, same);
    fold("ReduceL2", ReduceKind.SUM, Prims::square, FoldOperators::root);
    fold("ReduceLogSum", ReduceKind.SUM, same, Prims::log);
    fold("ReduceSumSquare", ReduceKind.SUM, Prims::square, same);
    Operators.tensor("ReduceMean", FoldOperators::mean);
    Operators.tensor("ReduceLogSumExp", FoldOperators::logSumExp);
    Operators.tensor("ArgMax", u -> place(u, true));
    Operators.tensor("ArgMin", u -> place(u, false));
    Operators.tensor("CumSum", FoldOperators::cumulative);
  }

  private static Tensor root(Tensor x) {
    return x.dtype().isFloat()
        ? Prims.sqrt(x)
        : Prims.convert(Prims.sqrt(Prims.convert(x, DType.FLOAT64)), x.dtype());
  }

  /** The mean along axes, kept with size 1. */
  static Tensor mean(Tensor x, int... axes) {
    Tensor n = Prims.scalar(DType.INT32, 1L);
    long known = 1;
    for (int a : axes) {
      Object size = Sizes.of(x, a);
      if (size instanceof Long k) {
        known *= k;
      } else {
        n = Prims.mul(n, (Tensor) size);
      }
    }
    Tensor count = Prims.mul(Prims.convert(n, x.dtype()), Prims.scalarLike(x, known));
    return Prims.div(Prims.reduceKeep(ReduceKind.SUM, x, axes), count);
  }

  private static Tensor mean(Use u) {
    int[] axes = axes(u);
    Tensor y = mean(u.t(0), axes);
    return u.integer("keepdims", 1) != 0 ? y : without(y, axes);
  }

  private static Tensor without(Tensor y, int[] axes) {
    java.util.List<Object> sizes = new java.util.ArrayList<>();
    for (int i = 0; i < y.rank(); i++) {
      int axis = i;
      if (java.util.Arrays.stream(axes).noneMatch(a -> a == axis)) {
        sizes.add(Sizes.of(y, i));
      }
    }
    return Sizes.reshape(y, sizes);
  }

  private static Tensor logSumExp(Use u) {
    int[] axes = axes(u);
    Tensor x = u.t(0);
    Tensor most = Prims.stopGradient(Prims.reduceKeep(ReduceKind.MAX, x, axes));
    Tensor sum = Prims.reduceKeep(ReduceKind.SUM, Prims.exp(Prims.sub(x, most)), axes);
    Tensor y = Prims.add(Prims.log(sum), most);
    return u.integer("keepdims", 1) != 0 ? y : without(y, axes);
  }

  private static Tensor place(Use u, boolean max) {
    Tensor x = u.t(0);
    int axis = u.axis("axis", 0, x.rank());
    boolean last = u.integer("select_last_index", 0) != 0;
    Tensor at = Prims.argReduce(max, last ? Prims.reverse(x, axis) : x, axis);
    if (last) {
      Tensor end = Prims.sub(Sizes.scalar(Sizes.of(x, axis)), Prims.scalar(DType.INT32, 1L));
      at = Prims.sub(end, at);
    }
    Tensor wide = Prims.convert(at, DType.INT64);
    return u.integer("keepdims", 1) != 0 ? Prims.expandDims(wide, axis) : wide;
  }

  private static Tensor cumulative(Use u) {
    Tensor x = u.t(0);
    long a = u.longs(1)[0];
    int axis = (int) (a < 0 ? a + x.rank() : a);
    boolean reverse = u.integer("reverse", 0) != 0;
    Tensor y = Prims.cumulative(CumulativeKind.SUM, x, axis, reverse);
    return u.integer("exclusive", 0) != 0 ? Prims.sub(y, x) : y;
  }
}
