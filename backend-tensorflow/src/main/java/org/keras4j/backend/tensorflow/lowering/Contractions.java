package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.tensorflow.runtime.KernelCatalog;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;

/** Products of matrices, and of all that can be folded into matrices. */
final class Contractions {
  private final TensorFlowOps o;

  Contractions(TensorFlowOps ops) {
    this.o = ops;
  }

  /** One side, its axes ordered and folded. */
  private record Side(Term matrix, boolean transposed, List<Integer> batch, List<Integer> free) {}

  Term dot(DotGeneral p, Term a, Term b, TensorSpec out) {
    DType result = out.dtype();
    DType t = computed(a.dtype(), result);
    Term x = o.cast(a, t);
    Term y = o.cast(b, t);
    // a matrix product takes its left side as it is if the summed axes come last, its right if
    // first
    Side left = side(x, p.lhsBatch(), p.lhsContract(), false);
    Side right = side(y, p.rhsBatch(), p.rhsContract(), true);
    boolean batched = p.lhsBatch().size() > 0;
    OpCall call = batched
        ? new OpCall("BatchMatMulV2").flag("adj_x", left.transposed).flag("adj_y", right.transposed)
        : new OpCall("MatMul")
            .flag("transpose_a", left.transposed)
            .flag("transpose_b", right.transposed);
    Shape rows = left.matrix.shape();
    Shape columns = right.matrix.shape();
    long m = rows.dim(left.transposed ? -1 : -2);
    long n = columns.dim(right.transposed ? -2 : -1);
    Shape s = rows.with(-2, m).with(-1, n);
    Term product = o.call(call, s, t, left.matrix, right.matrix);
    Term shaped = o.reshape(product, out.shape(), () -> {
      List<Term> sizes = new ArrayList<>();
      left.batch.forEach(i -> sizes.add(o.dim(a, i)));
      left.free.forEach(i -> sizes.add(o.dim(a, i)));
      right.free.forEach(i -> sizes.add(o.dim(b, i)));
      return sizes;
    });
    return o.cast(shaped, result);
  }

  // small floats are summed in a wider type, small integers too
  private static DType computed(DType in, DType result) {
    if (in.isFloat() && in.size() < 4) {
      return result == DType.FLOAT64 ? result : DType.FLOAT32;
    }
    if (in.isInteger() && result.isInteger() || in.isBool()) {
      boolean wide =
          in.size() == 8 || result.size() == 8 || in == DType.UINT32 || result == DType.UINT32;
      return wide ? DType.INT64 : DType.INT32;
    }
    return KernelCatalog.carrier("BatchMatMulV2", "T", result);
  }

  private Side side(Term x, IntList batch, IntList contract, boolean contractFirst) {
    List<Integer> lead = new ArrayList<>();
    List<Integer> summed = new ArrayList<>();
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      lead.add(batch.get(i));
    }
    for (int i = 0; i < contract.size(); i++) {
      summed.add(contract.get(i));
    }
    for (int i = 0; i < x.rank(); i++) {
      if (!batch.contains(i) && !contract.contains(i)) {
        free.add(i);
      }
    }
    List<Integer> wanted =
        order(lead, contractFirst ? summed : free, contractFirst ? free : summed);
    List<Integer> other = order(lead, contractFirst ? free : summed, contractFirst ? summed : free);
    // the adjoint of a complex matrix is not its transpose
    boolean flip = !isSorted(wanted) && isSorted(other) && !x.dtype().isComplex();
    int[] permutation = (flip ? other : wanted).stream().mapToInt(i -> i).toArray();
    Term y = o.transpose(x, permutation);
    boolean summedFirst = contractFirst != flip;
    int nb = lead.size();
    int nf = summedFirst ? summed.size() : free.size();
    return new Side(folded(y, nb, nf), flip, lead, free);
  }

  @SafeVarargs
  private static List<Integer> order(List<Integer>... groups) {
    List<Integer> all = new ArrayList<>();
    for (List<Integer> g : groups) {
      all.addAll(g);
    }
    return all;
  }

  private static boolean isSorted(List<Integer> axes) {
    for (int i = 0; i < axes.size(); i++) {
      if (axes.get(i) != i) {
        return false;
      }
    }
    return true;
  }

  /** Folds the axes after the batch into two, the first {@code rows} of them and the rest. */
  private Term folded(Term x, int batch, int rows) {
    int rank = x.rank();
    if (rows == 1 && rank - batch == 2) {
      return x;
    }
    Shape s = x.shape();
    Shape lead = s.slice(0, batch);
    long first = s.slice(batch, batch + rows).size();
    long second = s.slice(batch + rows).size();
    Shape to = lead.concat(Shape.of(first, second));
    return o.reshape(x, to, () -> {
      List<Term> sizes = o.dims(x, 0, batch);
      sizes.add(product(o.dims(x, batch, batch + rows)));
      sizes.add(product(o.dims(x, batch + rows, rank)));
      return sizes;
    });
  }

  private Term product(List<Term> sizes) {
    Term n = o.scalar(1);
    for (Term s : sizes) {
      n = o.mul(n, s);
    }
    return n;
  }
}
