package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Orders by TensorFlow's TopKV2, which is stable but knows no NaN: floats are first turned into integers
 * of the same order.
 */
final class Sorting {
  private final TensorFlowOps o;
  private final boolean numbers;

  Sorting(TensorFlowOps ops) {
    this(ops, false);
  }

  /**
   * With the operators given.
   *
   * @param numbers whether there is no NaN, so that floats are ordered as they are
   */
  Sorting(TensorFlowOps ops, boolean numbers) {
    this.o = ops;
    this.numbers = numbers;
  }

  private boolean isOrdered(Term x) {
    return numbers && x.dtype().isFloat();
  }

  private Term key(Term x, boolean nanLargest) {
    if (isOrdered(x)) {
      return x.dtype().size() < 4 ? o.cast(x, DType.FLOAT32) : x;
    }
    return OrderedBits.of(o, x, nanLargest);
  }

  List<Term> sort(List<Term> in, int axis, boolean descending) {
    Term first = in.get(0);
    int rank = first.rank();
    int[] permutation = lastAxis(rank, axis);
    Term x = o.transpose(first, permutation);
    // largest first; NaN comes last either way
    Term key = key(x, !descending);
    if (!descending) {
      // of integers the opposite order, and without a tie more or less
      key = o.unary(isOrdered(x) ? "Neg" : "Invert", key);
    }
    Term order = topK(key, o.dim(x, rank - 1), x.dim(-1)).get(1);
    List<Term> out = new ArrayList<>();
    for (Term t : in) {
      Term moved = t == first ? x : o.transpose(t, permutation);
      Term sorted = gather(moved, order);
      out.add(o.transpose(sorted, inverse(permutation)));
    }
    return out;
  }

  List<Term> largest(Term x, int k) {
    Term key = key(x, true);
    List<Term> found = topK(key, o.scalar(k), k);
    return List.of(gather(x, found.get(1)), found.get(1));
  }

  private static int[] lastAxis(int rank, int axis) {
    int[] p = new int[rank];
    for (int i = 0, k = 0; i < rank; i++) {
      if (i != axis) {
        p[k++] = i;
      }
    }
    p[rank - 1] = axis;
    return p;
  }

  private static int[] inverse(int[] p) {
    int[] q = new int[p.length];
    for (int i = 0; i < p.length; i++) {
      q[p[i]] = i;
    }
    return q;
  }

  private List<Term> topK(Term key, Term k, long known) {
    Shape s = key.shape().with(-1, known);
    return o.target()
        .apply(
            new OpCall("TopKV2"),
            List.of(key, k),
            List.of(new TensorSpec(s, key.dtype()), new TensorSpec(s, DType.INT32)));
  }

  /** Elements of the last axis at indices of the same leading axes. */
  private Term gather(Term x, Term index) {
    int batch = x.rank() - 1;
    OpCall call = new OpCall("GatherV2").number("batch_dims", batch);
    return o.call(call, index.shape(), x.dtype(), x, index, o.scalar(batch));
  }
}
